_base_ = './strl_scratch_any_paper.py'
model = dict(
    backbone=dict(
        encoder=dict(
            init_cfg=dict(
                type='Pretrained',
                checkpoint='{{$SKELETONMAE_CHECKPOINT:<SKELETONMAE_CHECKPOINT>}}',  # noqa: E501
                prefix='backbone.',
            )
        )
    )
)
