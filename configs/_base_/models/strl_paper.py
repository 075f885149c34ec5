# Recognition read literally from the paper (section 3.3): two encoders, the
# bare sum over joints, no temporal convolution inside the layers. With SGD at
# 0.1 the sum has been seen to diverge to NaN on real data; pool_norm=True is
# the cure.
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
            streams=['{{$SKELETON_STREAM:coordinate}}'],
            joint_embedding=False,
        ),
        clip_len=64,
        num_layers=3,
        num_encoders=2,
        pooling='sum',
        fusion='add',
        pool_norm=False,
        temporal=False,
        temporal_pooling=True,
    ),
    cls_head=dict(
        type='GCNHead',
        num_classes=60,
        in_channels=64,
        label_smooth_eps=0.1,
    ),
)
