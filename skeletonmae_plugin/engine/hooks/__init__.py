"""Hooks of the training loop."""

from .collapse_monitor_hook import CollapseMonitorHook
from .plain_checkpoint_hook import PlainCheckpointHook
from .sampler_seed_hook import SamplerSeedHook

__all__ = ['CollapseMonitorHook', 'PlainCheckpointHook', 'SamplerSeedHook']
