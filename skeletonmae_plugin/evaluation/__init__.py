"""Metrics, baselines and measures of collapse."""

from .baselines import (
    interpolate_hidden,
    interpolate_in_space,
    interpolate_in_time,
)
from .collapse import effective_rank, spread
from .reconstruction_metric import ReconstructionMetric

__all__ = [
    'ReconstructionMetric',
    'effective_rank',
    'interpolate_hidden',
    'interpolate_in_space',
    'interpolate_in_time',
    'spread',
]
