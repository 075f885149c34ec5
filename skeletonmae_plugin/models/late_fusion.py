"""Several backbones side by side."""

from collections.abc import Mapping

import torch
from mmaction.registry import MODELS
from mmengine.model import ModuleDict
from torch import Tensor

from .pretrained import StrictModule


@MODELS.register_module()
class LateFusion(StrictModule):
    r"""Features of several backbones that see the same clip, joined.

    Each branch is pooled as MMAction2's ``GCNHead`` would pool it, by the mean
    over persons, frames and joints. A linear head on what comes out is late
    fusion, with weights that are learned:

    .. math::
        W [f_1; f_2] + b = W_1 f_1 + W_2 f_2 + b

    the scores of the branches, added.

    Args:
        branches: Name -> config of a backbone that takes ``(x, mask, valid)``:
            STRL, SkeletonMAE, or a stock one in InputMaskedBackbone. Each may
            have an ``init_cfg`` of its own.

    Shapes:
        - x: (N, M, T, V, C); mask, valid: (N, M, T, V) bool or None
        - output: (N, 1, sum of the branches' channels, 1, 1)

    Raises:
        ValueError: If there are less than two branches.
    """

    #: What comes out has no joints, see ``pools_persons``.
    pool_persons = True

    def __init__(
        self, branches: Mapping[str, dict], init_cfg: dict | None = None
    ) -> None:
        super().__init__(init_cfg=init_cfg)
        if len(branches) < 2:
            raise ValueError(
                f'LateFusion needs two branches at least, got {len(branches)}'
            )
        self.branches = ModuleDict(
            {name: MODELS.build(cfg) for name, cfg in branches.items()}
        )

    def forward(
        self,
        x: Tensor,
        mask: Tensor | None = None,
        valid: Tensor | None = None,
    ) -> Tensor:
        """Features of a clip, see the class."""
        pooled = [
            branch(x, mask, valid).mean((1, 3, 4))  # (N, C_i)
            for branch in self.branches.values()
        ]
        return torch.cat(pooled, 1)[:, None, :, None, None]
