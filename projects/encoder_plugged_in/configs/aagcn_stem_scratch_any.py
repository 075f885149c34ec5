_base_ = ['../../../configs/strl_scratch_any.py', '../../_base_/aagcn.py']
# The shipped STRL, whose features of each joint go on.
stem = dict(_base_.model.backbone, pool_persons=False)
stock = dict(_base_.stock, in_channels=stem['encoder']['embed_dims'])
model = dict(
    backbone=dict(
        _delete_=True,
        type='StemmedBackbone',
        stem=stem,
        pool_persons=True,
        backbone=dict(
            type='StockGCN',
            layout={{_base_.layout}},
            channels_last=True,
            backbone=stock,
        ),
    ),
    cls_head=dict(in_channels=256),
)
