_base_ = './fusion_scratch_routine16.py'
# Both were trained alone. The head begins with a linear probe of what they
# see, then all is trained together.
strl = dict(
    type='Pretrained',
    checkpoint='{{$STRL_TRAINED:<STRL_TRAINED>}}',
    prefix='backbone.',
)
posec3d = dict(strl, checkpoint='{{$POSEC3D_TRAINED:<POSEC3D_TRAINED>}}')
model = dict(
    backbone=dict(
        branches=dict(strl=dict(init_cfg=strl), posec3d=dict(init_cfg=posec3d))
    )
)
default_hooks = {{_base_.pretrained_hooks}}
