"""What happens around training: hooks, loops, optimizer, checkpoints."""

from .hooks import (
    CollapseMonitorHook,
    CompileHook,
    FuseBatchNormHook,
    KeepMemoryHook,
    OnlineProbeHook,
    PlainCheckpointHook,
    ProbeHeadHook,
    SamplerSeedHook,
    ScoreDumpHook,
    compile_model,
)
from .optim_wrapper import AmpOptimWrapper
from .probe_loop import ProbeLoop

__all__ = [
    'AmpOptimWrapper',
    'CollapseMonitorHook',
    'CompileHook',
    'FuseBatchNormHook',
    'KeepMemoryHook',
    'OnlineProbeHook',
    'PlainCheckpointHook',
    'ProbeHeadHook',
    'ProbeLoop',
    'SamplerSeedHook',
    'ScoreDumpHook',
    'compile_model',
]
