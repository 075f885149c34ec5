"""Motion as target."""

import torch
from mmaction.registry import MODELS
from torch import Tensor, nn

from .base import TargetGenerator


@MODELS.register_module()
class MotionTarget(TargetGenerator):
    """Differences in time, x_{t+stride} - x_t (MAMP, arXiv 2308.07092).

    Args:
        stride: Frames between the two. Default: 1.

    Shapes: see :class:`TargetGenerator`; C' = C, T' = T; undefined in the
    last ``stride`` frames, and where either joint is not valid.
    """

    def __init__(self, stride: int = 1) -> None:
        super().__init__()
        if stride < 1:
            raise ValueError(f'stride must be at least 1, got {stride}')
        self.stride = stride

    def forward(
        self, x: Tensor, valid: Tensor | None, backbone: nn.Module
    ) -> tuple[Tensor, Tensor | None]:
        """The motion and where it is defined."""
        if x.shape[2] <= self.stride:
            raise ValueError(
                f'a clip of T={x.shape[2]} frames has no motion '
                f'over stride={self.stride}'
            )
        if valid is None:
            valid = x.new_ones(x.shape[:-1], dtype=torch.bool)
        target, defined = torch.zeros_like(x), torch.zeros_like(valid)
        target[:, :, : -self.stride] = (
            x[:, :, self.stride :] - x[:, :, : -self.stride]
        )
        defined[:, :, : -self.stride] = (
            valid[:, :, self.stride :] & valid[:, :, : -self.stride]
        )
        return target, defined
