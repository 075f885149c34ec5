_base_ = './stgcnpp_branches_scratch_nwucla.py'
init_cfg = dict(
    type='Pretrained',
    checkpoint='{{$SKELETONMAE_CHECKPOINT:<SKELETONMAE_CHECKPOINT>}}',
    prefix='backbone.',
)
model = dict(backbone=dict(branches=dict(strl=dict(init_cfg=init_cfg))))
