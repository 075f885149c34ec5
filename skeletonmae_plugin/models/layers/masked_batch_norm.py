"""Batch normalisation that does not count who is not there."""

import torch.nn.functional as F
from torch import Tensor, nn


class MaskedBatchNorm1d(nn.BatchNorm1d):
    """``BatchNorm1d`` over the valid positions, channels last.

    Absent persons and unseen joints neither shift the statistics nor come out
    as anything but 0.

    Shapes:
        - x: (..., C); valid: (...) bool, or None for all
        - output: (..., C)
    """

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
        if len(rows) > 1:
            return super().forward(rows)
        # One position has no spread: use what has been seen before.
        return F.batch_norm(rows, self.running_mean, self.running_var,
                            self.weight, self.bias, False, 0.0, self.eps)
