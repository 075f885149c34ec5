# Recognition by what skeletonmae.py pre-trains; the paper's literal reading is
# strl_paper.py.
_base_ = './streams.py'

model = dict(
    type='STRLRecognizer',
    backbone=dict(
        type='STRL',
        encoder=dict(
            type='SkeletonMAE',
            in_channels=2,
            embed_dims=64,
            num_layers=1,
            conv=dict(type='gin', num_heads=4, learnable_adjacency=True),
            streams={{_base_.streams}},
            stream_scales={{_base_.stream_scales}},
            patch_size=4,
            joint_embedding=True,
        ),
        clip_len=32,
        num_layers=3,
        pooling='none',
        temporal_pooling=False,
    ),
    cls_head=dict(
        type='GCNHead',
        num_classes=60,
        in_channels=64,
        label_smooth_eps=0.1,
    ),
)
