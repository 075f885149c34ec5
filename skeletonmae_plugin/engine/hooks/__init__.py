"""Hooks of the training loop."""

from .collapse_monitor_hook import CollapseMonitorHook
from .compile_hook import CompileHook, compile_model
from .fuse_hook import FuseBatchNormHook
from .keep_memory_hook import KeepMemoryHook
from .online_probe_hook import OnlineProbeHook
from .plain_checkpoint_hook import PlainCheckpointHook
from .probe_head_hook import ProbeHeadHook
from .sampler_seed_hook import SamplerSeedHook
from .score_dump_hook import ScoreDumpHook
from .whole_body_norm_hook import WholeBodyNormHook

__all__ = [
    'CollapseMonitorHook',
    'CompileHook',
    'FuseBatchNormHook',
    'KeepMemoryHook',
    'OnlineProbeHook',
    'PlainCheckpointHook',
    'ProbeHeadHook',
    'SamplerSeedHook',
    'ScoreDumpHook',
    'WholeBodyNormHook',
    'compile_model',
]
