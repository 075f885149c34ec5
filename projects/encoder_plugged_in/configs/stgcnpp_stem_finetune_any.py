_base_ = ['./stgcnpp_stem_scratch_any.py', '../../_base_/pretrained.py']
model = dict(backbone=dict(stem=dict(init_cfg={{_base_.init_cfg}})))
