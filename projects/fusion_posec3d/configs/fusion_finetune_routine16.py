_base_ = ['./fusion_scratch_routine16.py', '../../_base_/pretrained.py']
model = dict(
    backbone=dict(branches=dict(strl=dict(init_cfg={{_base_.init_cfg}})))
)
default_hooks = {{_base_.pretrained_hooks}}
