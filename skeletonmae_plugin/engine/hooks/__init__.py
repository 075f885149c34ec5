"""Hooks of the training loop."""
from .collapse_monitor_hook import CollapseMonitorHook
from .plain_checkpoint_hook import PlainCheckpointHook

__all__ = ['CollapseMonitorHook', 'PlainCheckpointHook']
