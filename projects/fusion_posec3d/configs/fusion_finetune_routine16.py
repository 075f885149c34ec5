_base_ = './fusion_scratch_routine16.py'
weights = dict(
    type='Pretrained',
    checkpoint='{{$SKELETONMAE_CHECKPOINT:<SKELETONMAE_CHECKPOINT>}}',
    prefix='backbone.',
)
model = dict(backbone=dict(branches=dict(strl=dict(init_cfg=weights))))
default_hooks = {{_base_.pretrained_hooks}}
