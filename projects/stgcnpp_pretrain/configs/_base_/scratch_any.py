_base_ = '../../../../configs/strl_scratch_any.py'
# The network of the pre-training, and of persons only those who are there.
model = dict(
    backbone=dict(
        _delete_=True,
        type='InputMaskedBackbone',
        layout={{_base_.layout}},
        in_channels={{_base_.in_channels}},
        streams={{_base_.streams}},
        pool_persons=True,
        backbone=dict(
            type='StockGCN',
            layout={{_base_.layout}},
            backbone=dict(
                in_channels=_base_.in_channels * len(_base_.streams)
            ),
        ),
    ),
    cls_head=dict(in_channels=256),
)
