"""Losses on hidden joints, and on a teacher's class scores."""

from .distillation_loss import DistillationLoss, distillation_loss
from .masked_regression_loss import MaskedMSELoss, MaskedSmoothL1Loss
from .rce_loss import RCELoss, rce_loss

__all__ = [
    'DistillationLoss',
    'MaskedMSELoss',
    'MaskedSmoothL1Loss',
    'RCELoss',
    'distillation_loss',
    'rce_loss',
]
