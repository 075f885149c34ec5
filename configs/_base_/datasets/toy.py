# The data that the project makes: python tools/make_toy_data.py
_base_ = './skeleton.py'

layout = 'coco'
in_channels = 2
num_classes = 12
clip_len = 32

load = [
    dict(type='LoadSkeleton', layout=layout),
    dict(type='RankPersons', num_person=2),
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

# MMAction2's own pipeline for ST-GCN++. The test takes one clip a sample (its
# own: ten), and clip_len is ours: both as for our model.
stgcnpp_pipeline = [
    dict(type='PreNormalize2D'),
    dict(type='GenSkeFeat', dataset='coco', feats=['j']),
    dict(type='UniformSampleFrames', clip_len=clip_len),
    dict(type='PoseDecode'),
    dict(type='FormatGCNInput', num_person=2),
    dict(type='PackActionInputs', meta_keys=('frame_dir',)),
]
stgcnpp_test_pipeline = [
    dict(type='PreNormalize2D'),
    dict(type='GenSkeFeat', dataset='coco', feats=['j']),
    dict(
        type='UniformSampleFrames',
        clip_len=clip_len,
        num_clips=1,
        test_mode=True,
    ),
    dict(type='PoseDecode'),
    dict(type='FormatGCNInput', num_person=2),
    dict(type='PackActionInputs', meta_keys=('frame_dir',)),
]

dataset = dict(
    ann_file='{{$TOY_2D:data/toy.pkl}}',
    layout=layout,
    num_classes=num_classes,
    num_coordinates=in_channels,
)
train_dataloader = dict(
    dataset=dict(**dataset, split='train', pipeline=train_pipeline)
)
val_dataloader = dict(
    dataset=dict(**dataset, split='test', pipeline=test_pipeline)
)
test_dataloader = val_dataloader
