"""Losses on hidden joints."""

from .masked_regression_loss import MaskedMSELoss, MaskedSmoothL1Loss
from .rce_loss import RCELoss, rce_loss

__all__ = [
    'MaskedMSELoss',
    'MaskedSmoothL1Loss',
    'RCELoss',
    'rce_loss',
]
