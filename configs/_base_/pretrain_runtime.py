_base_ = './default_runtime.py'

# Not custom_hooks: a list of one's own there would take their place.
default_hooks = dict(
    collapse=dict(type='CollapseMonitorHook', interval=50),
    whole_body_norm=dict(type='WholeBodyNormHook'),
)
