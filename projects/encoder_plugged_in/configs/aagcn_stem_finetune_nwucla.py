_base_ = ['./aagcn_stem_scratch_nwucla.py', '../../_base_/pretrained.py']
model = dict(backbone=dict(stem=dict(init_cfg={{_base_.init_cfg}})))
