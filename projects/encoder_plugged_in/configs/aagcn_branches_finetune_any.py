_base_ = './aagcn_branches_scratch_any.py'
init_cfg = dict(
    type='Pretrained',
    checkpoint='{{$SKELETONMAE_CHECKPOINT:<SKELETONMAE_CHECKPOINT>}}',
    prefix='backbone.',
)
model = dict(backbone=dict(branches=dict(strl=dict(init_cfg=init_cfg))))
