# JHMDB, 14-class subset: 15 joints in normalised image coordinates, one
# person. JHMDB_SPLIT=1, 2 or 3; report the mean of the three.
_base_ = './skeleton.py'

layout = 'jhmdb15'
in_channels = 2
num_classes = 14
clip_len = 32

load = [
    dict(type='LoadSkeleton', layout=layout),
    dict(type='RankPersons', num_person=1),
]
normalize = dict(type='NormalizeSkeleton', layout=layout)
mask = dict(
    type='MaskSkeletonParts',
    layout=layout,
    num_masked_parts=(1, 3),
    per='clip',
)
augment = [
    dict(type='RotateSkeleton', roll=10),
    dict(type='ScaleSkeleton', factor=(0.8, 1.2), per_axis=True),
    dict(type='JitterSkeleton', sigma=0.02),
    dict(type='FlipSkeleton', layout=layout),
]
sample = dict(type='SampleSkeletonFrames', clip_len=clip_len, crop=(0.6, 1.0))
sample_test = dict(type='SampleSkeletonFrames', clip_len=clip_len)
pack = dict(type='PackSkeletonInputs')
pack_pretrain = dict(type='PackSkeletonInputs', data_samples=False)

train_pipeline = [*load, sample, normalize, *augment, pack]
test_pipeline = [*load, sample_test, normalize, pack]
# Before the normalisation: hidden joints must not show in centre and scale.
pretrain_pipeline = [
    *load,
    sample,
    mask,
    normalize,
    *augment,
    pack_pretrain,
]
pretrain_test_pipeline = [*load, sample_test, mask, normalize, pack]

# MMAction2's own pipeline for ST-GCN++, but for the normalisation: its own
# knows pixels with the image size only. The test takes one clip a sample
# (its own: ten), and clip_len is ours: both as for our model.
stgcnpp_pipeline = [
    *load,
    normalize,
    dict(type='GenSkeFeat', dataset='coco', feats=['j']),
    dict(type='UniformSampleFrames', clip_len=clip_len),
    dict(type='PoseDecode'),
    dict(type='FormatGCNInput', num_person=1),
    dict(type='PackActionInputs', meta_keys=('frame_dir',)),
]
stgcnpp_test_pipeline = [
    *load,
    normalize,
    dict(type='GenSkeFeat', dataset='coco', feats=['j']),
    dict(
        type='UniformSampleFrames',
        clip_len=clip_len,
        num_clips=1,
        test_mode=True,
    ),
    dict(type='PoseDecode'),
    dict(type='FormatGCNInput', num_person=1),
    dict(type='PackActionInputs', meta_keys=('frame_dir',)),
]

dataset = dict(
    ann_file='{{$JHMDB_2D:<JHMDB_2D>}}',
    layout=layout,
    num_classes=num_classes,
    num_coordinates=in_channels,
)
train_dataloader = dict(
    dataset=dict(
        **dataset, split='train{{$JHMDB_SPLIT:1}}', pipeline=train_pipeline
    )
)
val_dataloader = dict(
    dataset=dict(
        **dataset, split='test{{$JHMDB_SPLIT:1}}', pipeline=test_pipeline
    )
)
test_dataloader = val_dataloader
