_base_ = '../../../../configs/skeletonmae_pretrain_nwucla.py'
# Joints are hidden at the input of the stock network, which knows no mask.
# It sees the streams that STRL sees, and gives 256 channels for each joint and
# each four frames, of which the decoder makes four frames again.
model = dict(
    backbone=dict(
        _delete_=True,
        type='InputMaskedBackbone',
        layout={{_base_.layout}},
        in_channels={{_base_.in_channels}},
        streams={{_base_.streams}},
        backbone=dict(
            type='StockGCN',
            layout={{_base_.layout}},
            backbone=dict(
                in_channels=_base_.in_channels * len(_base_.streams)
            ),
        ),
    ),
    neck=dict(in_channels=256, time_stride=4),
    head=[
        _base_.model.head[0],
        dict(_base_.model.head[1], in_channels=256),
    ],
)
