_base_ = './stgcnpp_branches_scratch_nwucla.py'
init_cfg = dict(
    type='Pretrained',
    checkpoint='{{$SKELETONMAE_CHECKPOINT:<SKELETONMAE_CHECKPOINT>}}',
    prefix='backbone.',
)
model = dict(backbone=dict(branches=dict(strl=dict(init_cfg=init_cfg))))
# What is pre-trained moves slowly, all else as from scratch.
rates = {'backbone.branches.strl': dict(lr_mult=0.1)}
optim_wrapper = dict(paramwise_cfg=dict(custom_keys=rates))
