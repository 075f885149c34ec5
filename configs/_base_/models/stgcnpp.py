# MMAction2's own ST-GCN++, as in its configs/skeleton/stgcnpp: the honest
# neighbour on the same data.
model = dict(
    type='RecognizerGCN',
    backbone=dict(
        type='StockGCN',
        backbone=dict(
            type='STGCN',
            in_channels=3,
            gcn_adaptive='init',
            gcn_with_res=True,
            tcn_type='mstcn',
            graph_cfg=dict(mode='spatial'),
        ),
    ),
    cls_head=dict(type='GCNHead', num_classes=60, in_channels=256),
)
