"""What the decoder is asked for."""

from .base import TargetGenerator
from .coordinate_target import CoordinateTarget
from .ema_target import EMATarget
from .embedding_target import EmbeddingTarget
from .motion_target import MotionTarget

__all__ = [
    'CoordinateTarget',
    'EMATarget',
    'EmbeddingTarget',
    'MotionTarget',
    'TargetGenerator',
]
