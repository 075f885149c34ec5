_base_ = ['./fusion_scratch_any.py', '../../_base_/pretrained.py']
model = dict(
    backbone=dict(branches=dict(strl=dict(init_cfg={{_base_.init_cfg}})))
)
# PoseC3D is random: its features would not be probed, but blown up.
default_hooks = dict(
    probe_head=dict(_base_.pretrained_hooks.probe_head, num_features=64)
)
