"""The paper's pre-training step as a user of PyTorch Geometric writes it."""

from typing import Any

import torch
from mmengine.config import Config
from torch import Tensor, nn

from ..layouts import get_layout
from .result import BenchmarkError


class PyGPretrainer(nn.Module):
    """Encoder, decoder and loss of the paper's pre-training, from GINConv.

    All joints that exist are the nodes of one graph of the whole batch, which
    is PyTorch Geometric's way. The edges, like its ``DataLoader``'s, are made
    before the step and are not timed. The embedding is made once, for the
    target and for the encoder, into which the token goes.

    Args:
        cfg: A shipped ``*_paper`` config of pre-training.
        state: ``state_dict`` of our model, whose weights are copied.
        sparse: Take the graph as a sparse matrix instead of a list of edges,
            the other form that GINConv knows.

    Raises:
        BenchmarkError: If the config asks for what is not rebuilt here, or
            torch_geometric is not installed.
    """

    def __init__(
        self, cfg: Config, state: dict[str, Tensor], sparse: bool = False
    ) -> None:
        super().__init__()
        check_config(cfg.model)
        backbone, neck = cfg.model.backbone, cfg.model.neck
        self.layout = get_layout(backbone.layout)
        self.remask = neck.get('remask', False)
        self.sparse = sparse
        dims = backbone.embed_dims
        self.embed = nn.Linear(backbone.in_channels, dims)
        self.mask_token = nn.Parameter(torch.zeros(dims))
        self.joint_embedding = (
            nn.Parameter(torch.zeros(self.layout.num_joints, dims))
            if backbone.joint_embedding
            else None
        )
        layers = range(backbone.num_layers)
        self.convs = nn.ModuleList(_gin(dims, dims) for _ in layers)
        self.norms = nn.ModuleList(nn.BatchNorm1d(dims) for _ in layers)
        self.acts = nn.ModuleList(nn.PReLU() for _ in layers)
        width = neck.get('embed_dims', 64)
        self.project = nn.Linear(neck.in_channels, width)
        self.decode = _gin(width, neck.out_channels)
        self.beta = cfg.model.head.loss.get('beta', 2.0)
        self.load(state)

    def load(self, state: dict[str, Tensor]) -> None:
        """Copy the weights of ours, by the keys of its checkpoints."""
        renamed = {}
        for key, value in state.items():
            name = _our_key(key)
            if name is not None:
                # GINConv keeps epsilon as a vector of one.
                shape = (1,) if name.endswith('.eps') else value.shape
                renamed[name] = value.detach().clone().reshape(shape)
        self.load_state_dict(renamed)

    def graph(self, batch: dict[str, Any]) -> tuple[Tensor, Tensor]:
        """Nodes and edges of a batch, not timed.

        Returns:
            Positions of the nodes in (N * M * T * V), and the edges: (2, E),
            sorted by the receiving node, or a sparse CSR matrix.
        """
        inputs, valid = batch['inputs'], batch.get('valid')
        shape = inputs.shape[:-1]  # (N, M, T, V)
        there = (
            torch.ones(shape, dtype=torch.bool, device=inputs.device)
            if valid is None
            else valid
        ).reshape(-1)
        nodes = there.nonzero()[:, 0]
        bones = torch.as_tensor(self.layout.adjacency).nonzero().T
        bones = bones.to(inputs.device)  # receiver, sender
        starts = torch.arange(
            0, there.numel(), shape[-1], device=inputs.device
        )
        edges = (starts[:, None] + bones[:, None]).flatten(1)  # (2, E)
        edges = edges[:, there[edges].all(0)]
        number = torch.zeros_like(there, dtype=torch.long)
        number[nodes] = torch.arange(len(nodes), device=inputs.device)
        receive, send = number[edges]
        order = receive.argsort(stable=True)
        edge_index = torch.stack((send[order], receive[order]))
        if not self.sparse:
            return nodes, edge_index
        matrix = torch.sparse_coo_tensor(
            edge_index.flip(0),
            torch.ones(edge_index.shape[1], device=inputs.device),
            (len(nodes), len(nodes)),
        )
        return nodes, matrix.coalesce().to_sparse_csr()

    def forward(
        self, batch: dict[str, Any], nodes: Tensor, edges: Tensor
    ) -> Tensor:
        """The loss of a batch, a scalar."""
        x, hidden = batch['inputs'], batch['mask'].reshape(-1)[nodes]
        embedded = self.embed(x.flatten(0, -2)[nodes])  # X of the paper
        token = self.mask_token.to(embedded.dtype)
        h = torch.where(hidden[:, None], token, embedded)
        if self.joint_embedding is not None:
            h = h + self.joint_embedding[nodes % x.shape[-2]]
        for conv, norm, act in zip(
            self.convs, self.norms, self.acts, strict=True
        ):
            h = act(norm(conv(h, edges)))
        h = self.project(h)
        if self.remask:
            h = h.masked_fill(hidden[:, None], 0)
        pred = self.decode(h, edges)
        frames = (nodes // x.shape[-2])[hidden]
        return _rce_sum(pred[hidden], embedded[hidden], frames, self.beta)


def _rce_sum(
    pred: Tensor, target: Tensor, frames: Tensor, beta: float
) -> Tensor:
    """The paper's loss of hidden nodes (K, D) of so many frames (K,)."""
    cosine = nn.functional.cosine_similarity(pred.float(), target.float())
    error = (1 - cosine).clamp(min=0)
    num_hidden = torch.bincount(frames)
    total = ((error / num_hidden[frames]) ** beta).sum()
    return total / (num_hidden > 0).sum().clamp(min=1)


def check_config(model: dict) -> None:
    """Raise unless a pre-training is one that :class:`PyGPretrainer` knows."""
    backbone, neck, head = model['backbone'], model['neck'], model['head']
    target = model.get('target') or dict(type='CoordinateTarget')
    loss = head.get('loss', {}) if isinstance(head, dict) else {}
    asked = dict(
        backbone=backbone['type'],
        encoder=backbone.get('conv'),
        streams=tuple(backbone.get('streams', ())),
        patch_size=backbone.get('patch_size', 1),
        decoder=neck.get('conv', 'gin'),
        time_stride=neck.get('time_stride', 1),
        target=target['type'],
        target_grad=target.get('target_grad', False),
        loss=loss.get('type'),
        reduction=loss.get('reduction', 'mean'),
        loss_weight=loss.get('loss_weight', 1.0),
    )
    known = dict(
        backbone='SkeletonMAE',
        encoder='gin',
        streams=('coordinate',),
        patch_size=1,
        decoder='gin',
        time_stride=1,
        target='EmbeddingTarget',
        target_grad=True,
        loss='RCELoss',
        reduction='sum',
        loss_weight=1.0,
    )
    for name, value in known.items():
        if asked[name] != value:
            raise BenchmarkError(
                f'the PyG baseline is built for {name}={value!r}, the shipped '
                f'config has {asked[name]!r}; extend PyGPretrainer, or '
                'compare with another set by --set'
            )


def _gin(in_channels: int, out_channels: int) -> nn.Module:
    try:
        from torch_geometric.nn import GINConv
    except ImportError as error:
        raise BenchmarkError(
            'torch_geometric is not installed; expected it as the baseline '
            "of this row: pip install 'skeletonmae_plugin[bench]'"
        ) from error
    mlp = nn.Sequential(
        nn.Linear(in_channels, in_channels),
        nn.ReLU(),
        nn.Linear(in_channels, out_channels),
    )
    return GINConv(mlp, train_eps=True)


def _our_key(key: str) -> str | None:
    """Name here of a tensor of our checkpoints; None: not needed."""
    for ours, here in (
        ('backbone.embedding.linear.', 'embed.'),
        ('backbone.embedding.', ''),
        ('backbone.encoder.', ''),
        ('neck.project.', 'project.'),
        ('neck.conv.', 'decode.'),
    ):
        if key.startswith(ours):
            name = here + key[len(ours) :]
            # Our batch norm is a child of the masked one.
            return name.replace('.norm.', '.').replace('.mlp.', '.nn.')
    return None
