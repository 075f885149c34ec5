_base_ = './stgcnpp_stem_scratch_any.py'
init_cfg = dict(
    type='Pretrained',
    checkpoint='{{$SKELETONMAE_CHECKPOINT:<SKELETONMAE_CHECKPOINT>}}',
    prefix='backbone.',
)
model = dict(backbone=dict(stem=dict(init_cfg=init_cfg)))
