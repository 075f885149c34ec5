_base_ = './default_runtime.py'

custom_hooks = [
    dict(type='PlainCheckpointHook'),
    dict(type='CollapseMonitorHook', interval=50),
    dict(type='WholeBodyNormHook'),
]
