_base_ = './strl_scratch_nwucla.py'
model = dict(
    backbone=dict(
        init_cfg=dict(
            type='Pretrained',
            checkpoint='{{$SKELETONMAE_CHECKPOINT:<SKELETONMAE_CHECKPOINT>}}',  # noqa: E501
            prefix='backbone.',
        )
    )
)
# Few labels would soon undo what pre-training has learned: the head begins
# with a linear probe, and all weights move slowly.
default_hooks = dict(probe_head=dict(type='ProbeHeadHook'))
optim_wrapper = dict(
    paramwise_cfg=dict(
        custom_keys=dict(
            backbone=dict(lr_mult=0.015), cls_head=dict(lr_mult=0.05)
        )
    )
)
