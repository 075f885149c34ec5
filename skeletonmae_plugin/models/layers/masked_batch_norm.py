"""Batch normalisation that does not count who is not there."""

import torch.nn.functional as F
from torch import Tensor, nn


class MaskedBatchNorm1d(nn.Module):
    """``BatchNorm1d`` over the valid positions, channels last.

    Absent persons and unseen joints neither shift the statistics nor come out
    as anything but 0. The norm is a child, so that ``sync_bn`` can exchange
    it for one over all processes.

    Args:
        num_features: C.

    Shapes:
        - x: (..., C); valid: (...) bool, or None for all
        - output: (..., C)
    """

    def __init__(self, num_features: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(num_features)

    def forward(self, x: Tensor, valid: Tensor | None = None) -> Tensor:
        """Normalise, see the class."""
        rows = x.reshape(-1, x.shape[-1])  # (B, C)
        if valid is None:
            return self._normalize(rows).view(x.shape)
        keep = valid.reshape(-1)
        kept = self._normalize(rows[keep])
        out = kept.new_zeros(rows.shape)
        out[keep] = kept
        return out.view(x.shape)

    def _normalize(self, rows: Tensor) -> Tensor:
        norm = self.norm
        # Other processes may wait for this one, however little it has.
        if len(rows) > 1 or isinstance(norm, nn.SyncBatchNorm):
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
