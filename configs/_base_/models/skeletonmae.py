# Masked pre-training of the whole recognizer, time included: our defaults.
# Two views of each clip, the first with joints hidden; the reasons and what
# each part brings are in docs/study.md. The literal reading of the paper is
# skeletonmae_paper.py.
_base_ = './streams.py'

model = dict(
    type='SkeletonMAEPretrainer',
    backbone=dict(
        type='STRL',
        encoder=dict(
            type='SkeletonMAE',
            in_channels=2,
            embed_dims=64,
            num_layers=1,
            # Joints that no bone joins act together too, hands for one.
            conv=dict(type='gin', num_heads=4, learnable_adjacency=True),
            streams={{_base_.streams}},
            stream_scales={{_base_.stream_scales}},
            patch_size=4,
            # Without it two hidden joints with like neighbours cannot differ.
            joint_embedding=True,
        ),
        clip_len=32,
        num_layers=3,
        # A sum over the joints says less than each joint's own code.
        pooling='none',
        temporal_pooling=False,
        # The heads are given each person's own features.
        pool_persons=False,
    ),
    neck=dict(
        type='SkeletonMAEDecoder',
        in_channels=64,
        out_channels=2,
        conv='gin',
        # The frames of a patch.
        time_stride=4,
        # Hidden once more, the middle of a limb would see nothing at all.
        remask=False,
    ),
    # Fixed, so it cannot collapse, and its error can be read in metres.
    target=dict(type='CoordinateTarget'),
    head=[
        # A cosine would see no more of a coordinate than its direction.
        dict(
            type='ReconstructionHead',
            loss=dict(type='MaskedSmoothL1Loss', loss_weight=0.5),
        ),
        dict(type='AgreementHead'),
    ],
)
