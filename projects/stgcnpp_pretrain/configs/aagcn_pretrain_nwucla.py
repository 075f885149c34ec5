_base_ = ['./_base_/pretrain_nwucla.py', '../../_base_/aagcn.py']
model = dict(
    backbone=dict(backbone=dict(channels_last=True, backbone={{_base_.stock}}))
)
