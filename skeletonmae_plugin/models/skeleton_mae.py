"""The encoder that is pre-trained."""

from collections.abc import Mapping, Sequence

from mmaction.registry import MODELS
from torch import Tensor

from ..layouts import LayoutLike, get_layout
from .compiling import Compilable
from .layers import (
    SkeletonEmbedding,
    SkeletonEncoder,
    check_flags,
    find_persons,
    step_flags,
)
from .pretrained import StrictModule


@MODELS.register_module()
class SkeletonMAE(Compilable, StrictModule):
    """The encoder that learns by filling in hidden joints.

    From `SkeletonMAE: Graph-based Masked Autoencoder for Skeleton Sequence
    Pre-training <https://arxiv.org/abs/2307.08476>`_, section 3.2.

    Every frame is a graph of joints: linear embedding, the token in the place
    of hidden joints, then L_D graph layers. Time takes no part here but for
    ``velocity`` and ``patch_size``.

    As a backbone it also stands in MMAction2's own ``RecognizerGCN``; without
    ``valid`` a person that is all zeros counts as absent.

    Args:
        layout: Name of a shipped layout, or a dict. Default: 'coco'.
        in_channels: C, coordinates of a joint. Default: 2.
        embed_dims: D. Default: 64, the paper's.
        num_layers: L_D. Default: 3, the paper's.
        conv: 'gin' (the paper's), 'gcn', 'gat', 'mlp' (no messages), or a
            dict with options.
        streams: Any of 'coordinate', 'velocity', 'bone', 'centred',
            'bone_velocity'. The paper has the first only; velocity lifts
            recognition for all arms alike.
        stream_scales: A factor for each stream: what a joint moves between two
            frames is small beside where it is, and is learned slowly for it.
            None, the paper's: 1 each.
        patch_size: Frames in one time step. Default: 1, the paper's.
        joint_embedding: Tell joints apart by more than the graph. The paper
            does not; without it hidden joints with like neighbours cannot
            differ.
        frozen: Neither weights nor batch norm statistics change.
        init_cfg: ``dict(type='Pretrained', checkpoint=..., prefix=...)``
            loads strictly, see :class:`StrictModule`.

    Shapes:
        - x: (N, M, T, V, C); mask, valid: (N, M, T, V) bool or None,
          True = hidden, True = exists
        - output: (N, M, D, T / patch_size, V), 0 where not valid

    Example:
        >>> model = SkeletonMAE(layout='coco')
        >>> model(torch.randn(2, 1, 8, 17, 2)).shape
        torch.Size([2, 1, 64, 8, 17])
    """

    def __init__(
        self,
        layout: LayoutLike = 'coco',
        in_channels: int = 2,
        embed_dims: int = 64,
        num_layers: int = 3,
        conv: str | Mapping = 'gin',
        streams: Sequence[str] = ('coordinate', 'velocity'),
        stream_scales: Sequence[float] | None = None,
        patch_size: int = 1,
        joint_embedding: bool = True,
        frozen: bool = False,
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(init_cfg=init_cfg)
        layout = get_layout(layout)
        self.embed_dims = embed_dims
        self.patch_size = patch_size
        self.embedding = SkeletonEmbedding(
            layout,
            in_channels,
            embed_dims,
            streams,
            stream_scales,
            patch_size,
            joint_embedding,
        )
        self.encoder = SkeletonEncoder(layout, embed_dims, num_layers, conv)
        if frozen:
            self.freeze(self.embedding, self.encoder)

    def forward(
        self,
        x: Tensor,
        mask: Tensor | None = None,
        valid: Tensor | None = None,
    ) -> Tensor:
        """Encode what is visible, see the class."""
        check_flags('mask', mask, x)
        persons = find_persons(x, valid)
        hidden = None if mask is None else persons.take(mask)
        return persons.put(self.run(persons.take(x), hidden, persons.valid))

    def compute(
        self, x: Tensor, hidden: Tensor | None, valid: Tensor | None
    ) -> Tensor:
        """B persons: (B, T, V, C), (B, T, V) twice -> (V, B, T', D)."""
        h = self.embedding(x, hidden, valid)
        return self.encoder(h, step_flags(valid, h.shape[2]))
