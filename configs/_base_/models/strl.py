# Recognition with the encoder in every layer, our defaults; the literal
# reading is strl_paper.py.
model = dict(
    type='STRLRecognizer',
    backbone=dict(
        type='STRL',
        encoder=dict(
            type='SkeletonMAE',
            in_channels=2,
            embed_dims=64,
            num_layers=3,
            conv='gin',
            streams=('coordinate', 'velocity'),
            joint_embedding=True,
        ),
        clip_len=64,
        num_layers=3,
        # Halves the frames twice, as MMAction2's ST-GCN does.
        strides=(1, 2, 2),
        # One encoder has twice the data that each of two would see.
        num_encoders=1,
        pooling='sum',
        fusion='add',
        # The sum over joints is about twenty times as large as what it is
        # added to; without this norm training diverges.
        pool_norm=True,
        # The natural reading of layers that are spatial and temporal.
        temporal=True,
        temporal_pooling=True,
    ),
    cls_head=dict(
        type='GCNHead',
        num_classes=60,
        in_channels=64,
        label_smooth_eps=0.1,
    ),
)
