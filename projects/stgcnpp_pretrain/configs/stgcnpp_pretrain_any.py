_base_ = ['./_base_/pretrain_any.py', '../../_base_/stgcnpp.py']
model = dict(
    backbone=dict(backbone=dict(channels_last=True, backbone={{_base_.stock}}))
)
