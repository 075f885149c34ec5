"""Our encoder in front of a stock backbone."""

from typing import Any

from mmaction.registry import MODELS
from torch import Tensor

from .pooling import pool_stock, pools_persons
from .pretrained import StrictModule
from .skeleton_mae import SkeletonMAE
from .stock_gcn import taken_channels
from .strl import STRL


@MODELS.register_module()
class StemmedBackbone(StrictModule):
    """A stock backbone on joint-wise features in the place of coordinates.

    Args:
        stem: Config of SkeletonMAE, or of STRL with ``pool_persons=False``.
            Its own ``init_cfg`` (a strict ``Pretrained``) says where its
            weights come from.
        backbone: Config of a backbone that takes (N, M, T, V, C), whose
            ``in_channels`` are the ``embed_dims`` of the stem.
        frozen_stem: Neither weights nor batch norm statistics of the stem
            change.
        pool_persons: As for :class:`InputMaskedBackbone`, for recognition.
            Default: False.

    Shapes:
        - x: (N, M, T, V, C); mask, valid: (N, M, T, V) bool or None
        - output: what the backbone gives, (N, M, C', T', V), or
          (N, 1, C', T', V) with ``pool_persons``

    Raises:
        ValueError: If the stem is none of ours or pools persons, or the
            channels do not fit.
    """

    def __init__(
        self,
        stem: dict,
        backbone: dict,
        frozen_stem: bool = False,
        pool_persons: bool = False,
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(init_cfg=init_cfg)
        self.pool_persons = pool_persons
        self.stem: Any = MODELS.build(stem)
        if not isinstance(self.stem, (SkeletonMAE, STRL)):
            raise ValueError(
                'the stem must be a SkeletonMAE or a STRL, got '
                f'{type(self.stem).__name__}'
            )
        if pools_persons(self.stem):
            raise ValueError(
                'the stem pools persons, but the backbone needs the joints '
                'of each: set pool_persons=False in the stem'
            )
        takes = taken_channels(backbone)
        if takes not in (None, self.stem.embed_dims):
            raise ValueError(
                f'the stem gives embed_dims={self.stem.embed_dims} channels '
                f'a joint, but the backbone takes in_channels={takes}; make '
                'them equal'
            )
        self.backbone = MODELS.build(backbone)
        if pool_persons and pools_persons(self.backbone):
            raise ValueError(
                'pool_persons=True, but the backbone pools persons already: '
                'leave it out in one of them'
            )
        if frozen_stem:
            self.freeze(self.stem)

    def forward(
        self,
        x: Tensor,
        mask: Tensor | None = None,
        valid: Tensor | None = None,
    ) -> Tensor:
        """Features of a clip, see the class."""
        h = self.stem(x, mask, valid)  # (N, M, D, T', V), 0 if not valid
        latent = self.backbone(h.permute(0, 1, 3, 4, 2))
        return pool_stock(latent, x, valid) if self.pool_persons else latent
