# Masked pre-training read literally from the paper (section 3.2): it serves
# as reference, and to show what it does. With a gradient through a learnable
# target nothing forbids a collapse: watch spread and effective_rank.
model = dict(
    type='SkeletonMAEPretrainer',
    backbone=dict(
        type='SkeletonMAE',
        in_channels=2,
        embed_dims=64,
        num_layers=3,
        conv='gin',
        streams=['{{$SKELETON_STREAM:coordinate}}'],
        joint_embedding=False,
    ),
    neck=dict(
        type='SkeletonMAEDecoder',
        in_channels=64,
        out_channels=64,
        conv='gin',
        remask=True,
    ),
    target=dict(type='EmbeddingTarget', target_grad=True),
    head=dict(
        type='ReconstructionHead',
        loss=dict(type='RCELoss', beta=2.0, reduction='sum'),
    ),
)
