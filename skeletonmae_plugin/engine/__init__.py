"""What happens around training: hooks, optimizer wrapper, checkpoints."""

from .hooks import (
    CollapseMonitorHook,
    CompileHook,
    FuseBatchNormHook,
    KeepMemoryHook,
    PlainCheckpointHook,
    SamplerSeedHook,
    compile_model,
)
from .optim_wrapper import AmpOptimWrapper

__all__ = [
    'AmpOptimWrapper',
    'CollapseMonitorHook',
    'CompileHook',
    'FuseBatchNormHook',
    'KeepMemoryHook',
    'PlainCheckpointHook',
    'SamplerSeedHook',
    'compile_model',
]
