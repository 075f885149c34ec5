"""What happens around training: hooks, optimizer wrapper, checkpoints."""

from .hooks import (
    CollapseMonitorHook,
    PlainCheckpointHook,
    SamplerSeedHook,
)
from .optim_wrapper import AmpOptimWrapper

__all__ = [
    'AmpOptimWrapper',
    'CollapseMonitorHook',
    'PlainCheckpointHook',
    'SamplerSeedHook',
]
