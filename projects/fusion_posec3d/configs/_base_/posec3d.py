# PoseC3D of MMAction2's configs/skeleton/posec3d, shrunk to what two cores can
# train. There: depth (4, 6, 3), 32 channels, maps of 56 x 56, 48 frames. The
# layout, and with it the number of maps, is filled in by a leaf.
posec3d = dict(
    type='HeatmapBackbone',
    size=28,
    frame_stride=4,
    backbone=dict(
        type='ResNet3dSlowOnly',
        depth=50,
        pretrained=None,
        base_channels=16,
        num_stages=3,
        out_indices=(2,),
        stage_blocks=(2, 3, 2),
        conv1_stride_s=1,
        pool1_stride_s=1,
        inflate=(0, 1, 1),
        spatial_strides=(2, 2, 2),
        temporal_strides=(1, 1, 2),
        dilations=(1, 1, 1),
    ),
)
posec3d_channels = 256
