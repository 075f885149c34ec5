_base_ = './stgcn_scratch_any.py'
model = dict(
    backbone=dict(
        init_cfg=dict(
            type='Pretrained',
            checkpoint='{{$SKELETONMAE_CHECKPOINT:<SKELETONMAE_CHECKPOINT>}}',  # noqa: E501
            prefix='backbone.',
        )
    )
)
default_hooks = {{_base_.pretrained_hooks}}
