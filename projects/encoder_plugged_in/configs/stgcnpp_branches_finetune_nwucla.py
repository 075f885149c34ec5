_base_ = ['./stgcnpp_branches_scratch_nwucla.py', '../../_base_/pretrained.py']
model = dict(
    backbone=dict(branches=dict(strl=dict(init_cfg={{_base_.init_cfg}})))
)
