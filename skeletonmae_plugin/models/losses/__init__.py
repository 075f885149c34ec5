"""Losses on hidden joints."""

from .masked_regression_loss import (
    MaskedMSELoss,
    MaskedSmoothL1Loss,
    masked_mean,
)
from .rce_loss import RCELoss, rce_loss

__all__ = [
    'MaskedMSELoss',
    'MaskedSmoothL1Loss',
    'RCELoss',
    'masked_mean',
    'rce_loss',
]
