# Masked pre-training of the graph encoder, our defaults. Where the paper
# leaves a point open or ours differs, the reason stands here; the literal
# reading is skeletonmae_paper.py.
model = dict(
    type='SkeletonMAEPretrainer',
    backbone=dict(
        type='SkeletonMAE',
        in_channels=2,
        embed_dims=64,
        num_layers=3,
        conv='gin',
        # Velocity lifts recognition, for pre-trained and scratch alike.
        streams=('coordinate', 'velocity'),
        # Without it two hidden joints with like neighbours cannot differ.
        joint_embedding=True,
    ),
    neck=dict(
        type='SkeletonMAEDecoder',
        in_channels=64,
        out_channels=2,
        conv='gin',
        # Hidden once more, the middle of a limb would see nothing at all.
        remask=False,
    ),
    # Fixed, so it cannot collapse, and its error can be read in metres.
    target=dict(type='CoordinateTarget'),
    # A cosine would see no more of a coordinate than its direction.
    head=dict(type='ReconstructionHead', loss=dict(type='MaskedSmoothL1Loss')),
)
