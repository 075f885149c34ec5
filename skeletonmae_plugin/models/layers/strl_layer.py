"""One layer of the recognition model."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ...functional.exporting import is_exporting
from .masked_batch_norm import MaskedBatchNorm1d
from .multi_scale_temporal import MultiScaleTemporal
from .rectify import rectify
from .skeleton_encoder import SkeletonEncoder


class STRLLayer(nn.Module):
    r"""Spatial-temporal representation layer (paper, section 3.3, eq. 3-5).

    .. math::
        SM(H) = \mathrm{Repeat}(\mathrm{Pool}_v(G_E(A, H)); N) \oplus H,
        \quad H' = \mathrm{ReLU}(SM(H)\, W)

    with a learnable position in time added to H first, and, if ``temporal``
    is set, a multi-scale temporal convolution after.

    Args:
        encoders: One G_E for everybody, or one for each person of a clip.
        channels: D.
        num_steps: T', steps of a clip at this layer.
        pooling: Over the joints: 'sum' (the paper's), 'mean', or 'none' to
            keep each joint's own code.
        fusion: :math:`\oplus`: 'add' puts the residual through a 1x1
            convolution and adds, 'concat' puts both through one.
        pool_norm: Batch norm on the pooled code. A sum over joints is about
            twenty times as large as the residual, and SGD diverges on it.
        temporal: Temporal convolution on or off.
        stride: Temporal stride, only with ``temporal``.

    Shapes:
        - h: (V, B, T', D); valid: (V, B, T') bool or None; slots: (B,) long
        - output: (V, B, ceil(T' / stride), D), 0 where not valid
    """

    def __init__(
        self,
        encoders: Sequence[SkeletonEncoder],
        channels: int,
        num_steps: int,
        pooling: str,
        fusion: str,
        pool_norm: bool,
        temporal: bool,
        stride: int,
    ) -> None:
        super().__init__()
        self.pooling = pooling
        self.stride = stride
        self.encoders = nn.ModuleList(encoders)
        self.position = nn.Parameter(torch.empty(num_steps, channels))
        nn.init.normal_(self.position, std=0.02)
        self.pool_norm = MaskedBatchNorm1d(channels) if pool_norm else None
        self.fusion = fusion
        self.connect = nn.Linear(
            channels * (1 if fusion == 'add' else 2), channels
        )
        self.weight = nn.Linear(channels, channels)
        self.temporal = (
            MultiScaleTemporal(channels, stride=stride) if temporal else None
        )

    def forward(
        self, h: Tensor, valid: Tensor | None, slots: Tensor
    ) -> Tensor:
        """H -> H', see the class."""
        h = _keep(h + self.position.to(h.dtype), valid)
        code = self._pool(self._encode(h, valid, slots), valid)
        if self.fusion == 'add':
            fused = code + self.connect(h)
        else:
            fused = self.connect(torch.cat((code.expand_as(h), h), -1))
        h = _keep(rectify(self.weight(fused)), valid)
        return h if self.temporal is None else self.temporal(h, valid)

    def _encode(
        self, h: Tensor, valid: Tensor | None, slots: Tensor
    ) -> Tensor:
        """G_E(A, H) with the encoder of each person's place."""
        if len(self.encoders) == 1:
            return self.encoders[0](h, valid)
        if is_exporting():
            # Who sits where is not known when a graph is drawn.
            place = (slots % len(self.encoders))[:, None, None]
            everybody = self.encoders[0](h, valid)
            for m, encoder in enumerate(self.encoders[1:], 1):
                everybody = torch.where(
                    place == m, encoder(h, valid), everybody
                )
            return everybody
        out: list[Tensor] = []
        order: list[Tensor] = []
        for m, encoder in enumerate(self.encoders):
            chosen = (slots % len(self.encoders) == m).nonzero()[:, 0]
            out.append(
                encoder(
                    h[:, chosen], None if valid is None else valid[:, chosen]
                )
            )
            order.append(chosen)
        return torch.cat(out, 1)[:, torch.cat(order).argsort()]

    def _pool(self, code: Tensor, valid: Tensor | None) -> Tensor:
        """(V, B, T', D) -> (1 or V, B, T', D); invalid joints are 0 in it."""
        there = valid
        if self.pooling != 'none':
            there = None if valid is None else valid.any(0, keepdim=True)
            num_joints: int | Tensor = code.shape[0]
            if valid is not None:
                num_joints = valid.sum(0, keepdim=True).clamp(min=1)[..., None]
            code = code.sum(0, keepdim=True)
            if self.pooling == 'mean':
                code = code / num_joints
        return code if self.pool_norm is None else self.pool_norm(code, there)


def _keep(h: Tensor, valid: Tensor | None) -> Tensor:
    return h if valid is None else h * valid.unsqueeze(-1)
