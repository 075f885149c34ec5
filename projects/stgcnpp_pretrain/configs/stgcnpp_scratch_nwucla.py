_base_ = ['./_base_/scratch_nwucla.py', '../../_base_/stgcnpp.py']
model = dict(backbone=dict(backbone=dict(backbone={{_base_.stock}})))
