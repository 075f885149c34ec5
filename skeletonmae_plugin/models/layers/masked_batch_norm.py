"""Batch normalisation that does not count who is not there."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ...functional.exporting import is_exporting
from .norm_act import norm_act


class MaskedBatchNorm1d(nn.Module):
    """``BatchNorm1d`` over the valid positions, channels last.

    Absent persons and unseen joints neither shift the statistics nor come out
    as anything but 0. What follows a norm in this package is done in the same
    pass: a residual, and an activation that leaks by a slope.

    The norm is a child, so that ``sync_bn`` can exchange it for one over all
    processes.

    Args:
        num_features: C.

    Shapes:
        - x, residual: (..., C); valid: (...) bool, or None for all
        - output: (..., C)
    """

    norm: Any  # BatchNorm1d, SyncBatchNorm, or Identity once it is folded

    def __init__(self, num_features: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(num_features)

    @property
    def is_folded(self) -> bool:
        """Whether the linear map before it does its work."""
        return isinstance(self.norm, nn.Identity)

    def forward(
        self,
        x: Tensor,
        valid: Tensor | None = None,
        slope: float | Tensor = 1.0,
        residual: Tensor | None = None,
    ) -> Tensor:
        """Normalise, add, activate.

        Args:
            x: See the class.
            valid: See the class.
            slope: Of what is below 0: 1 keeps it (no activation), 0 is ReLU,
                a parameter makes PReLU.
            residual: Added before the activation.
        """
        norm = self.norm
        by_formula = valid is not None or torch.compiler.is_compiling()
        if norm.training and by_formula and _is_plain(norm):
            return norm_act(x, norm, valid, slope, residual)
        y = self._normalize(x, valid)
        if residual is not None:
            y = y + residual
        y = leak(y, slope)
        return y if valid is None else y * valid.unsqueeze(-1)

    def _normalize(self, x: Tensor, valid: Tensor | None) -> Tensor:
        """The norm's own kernels, on the rows that count."""
        if self.is_folded:
            return x
        if not self.norm.training and is_exporting():
            # Rows of a number that is not known cannot be put back in order
            # in an exported graph.
            return _affine(x, self.norm)
        rows = x.reshape(-1, x.shape[-1])
        if valid is None or not self.norm.training:
            return self._native(rows).view(x.shape)
        keep = valid.reshape(-1)
        kept = self._native(rows[keep])
        return kept.new_zeros(rows.shape).index_put((keep,), kept).view_as(x)

    def _native(self, rows: Tensor) -> Tensor:
        norm = self.norm
        # Other processes may wait for this one, however little it has.
        if len(rows) > 1 or not norm.training or not _is_plain(norm):
            return norm(rows)
        # One position has no spread: use what has been seen before.
        return F.batch_norm(
            rows,
            norm.running_mean,
            norm.running_var,
            norm.weight,
            norm.bias,
            False,
            0.0,
            norm.eps,
        )


def _affine(x: Tensor, norm: Any) -> Tensor:
    """What a norm does in evaluation."""
    scale = norm.weight * (norm.running_var + norm.eps).rsqrt()
    shift = norm.bias - norm.running_mean * scale
    return (x * scale + shift).to(x.dtype)


def leak(x: Tensor, slope: float | Tensor) -> Tensor:
    """Let a part of what is below 0 through."""
    if isinstance(slope, Tensor):
        return F.prelu(x, slope.to(x.dtype))
    if slope == 1:
        return x
    return F.leaky_relu(x, slope)


def _is_plain(norm: nn.Module) -> bool:
    """Not one of those that ask other processes."""
    return type(norm) is nn.BatchNorm1d
