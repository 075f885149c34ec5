_base_ = ['./aagcn_branches_scratch_any.py', '../../_base_/pretrained.py']
model = dict(
    backbone=dict(branches=dict(strl=dict(init_cfg={{_base_.init_cfg}})))
)
