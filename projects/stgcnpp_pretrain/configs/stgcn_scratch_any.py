_base_ = ['./_base_/scratch_any.py', '../../_base_/stgcn.py']
model = dict(backbone=dict(backbone=dict(backbone={{_base_.stock}})))
