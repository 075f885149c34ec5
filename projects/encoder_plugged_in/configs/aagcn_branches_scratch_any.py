_base_ = ['../../../configs/strl_scratch_any.py', '../../_base_/aagcn.py']
# The stock branch sees what the shipped STRL sees.
channels = _base_.in_channels * len(_base_.streams)
stock = dict(
    type='InputMaskedBackbone',
    layout={{_base_.layout}},
    in_channels={{_base_.in_channels}},
    streams={{_base_.streams}},
    pool_persons=True,
    backbone=dict(
        type='StockGCN',
        channels_last=True,
        layout={{_base_.layout}},
        backbone=dict(_base_.stock, in_channels=channels),
    ),
)
model = dict(
    backbone=dict(
        _delete_=True,
        type='LateFusion',
        branches=dict(strl=_base_.model.backbone, stock=stock),
    ),
    cls_head=dict(in_channels=64 + 256),
)
