# What all data sets share: loaders, and every pipeline, once. The file of a
# set adds the facts. Steps leave out layout, num_person, clip_len and up: the
# data set fills them in.
load = [dict(type='LoadSkeleton'), dict(type='RankPersons')]
sample = dict(type='SampleSkeletonFrames', crop=(0.8, 1.0), speed=(0.8, 1.2))
sample_test = dict(type='SampleSkeletonFrames')
normalize = dict(type='NormalizeSkeleton')
# In 2D only the roll is left of it.
rotate = dict(type='RotateSkeleton', yaw=180, tilt=20, roll=10)
augment = [
    rotate,
    dict(type='ScaleSkeleton', factor=(0.9, 1.1), per_axis=True),
    dict(type='ScaleBones', factor=(0.9, 1.1)),
    dict(type='JitterSkeleton', sigma=0.02),
    dict(type='FlipSkeleton'),
]
pack = dict(type='PackSkeletonInputs')

strl_pipeline = [*load, sample, normalize, *augment, pack]
strl_test_pipeline = [*load, sample_test, normalize, pack]

# Before the normalisation: hidden joints must not show in centre and scale.
mask = dict(
    type='MaskSkeletonParts', num_masked_parts=2, per='tube', tube_len=8
)
# Two views of each clip, of which the first has joints hidden. They differ by
# more than a classifier can make good use of.
sample_views = dict(
    type='SampleSkeletonFrames', num_clips=2, crop=(0.5, 1.0), speed=(0.6, 1.4)
)
augment_views = [
    rotate,
    dict(type='ScaleSkeleton', factor=(0.75, 1.25), per_axis=True),
    dict(type='ScaleBones', factor=(0.7, 1.3)),
    dict(type='CentreFrames', prob=0.3),
    dict(type='JitterSkeleton', sigma=0.02),
    dict(type='FlipSkeleton'),
]
pretrain_pipeline = [
    *load,
    sample_views,
    dict(mask, num_masked_clips=1),
    normalize,
    *augment_views,
    dict(
        type='PackSkeletonInputs',
        keys=('mask', 'valid', 'sample_idx'),
        data_samples=False,
    ),
]
pretrain_test_pipeline = [*load, sample_test, mask, normalize, pack]
# Of an epoch: with few clips, too, long pre-training is what pays.
pretrain_min_clips = 3840

# Of the *_paper configs: views that differ less, whole limbs hidden. Their
# recognition is tested with strl_test_pipeline.
sample_paper = dict(type='SampleSkeletonFrames', crop=(0.6, 1.0))
mask_paper = dict(
    type='MaskSkeletonParts', num_masked_parts=(1, 3), per='clip'
)
augment_paper = [
    dict(type='RotateSkeleton', yaw=60, tilt=10, roll=10),
    dict(type='ScaleSkeleton', factor=(0.8, 1.2), per_axis=True),
    dict(type='JitterSkeleton', sigma=0.02),
    dict(type='FlipSkeleton'),
]
paper_pipeline = [*load, sample_paper, normalize, *augment_paper, pack]
pretrain_paper_pipeline = [
    *load,
    sample_paper,
    mask_paper,
    normalize,
    *augment_paper,
    dict(type='PackSkeletonInputs', data_samples=False),
]
pretrain_paper_test_pipeline = [
    *load,
    sample_test,
    mask_paper,
    normalize,
    pack,
]

# MMAction2's own pipelines for ST-GCN++: of pixels with the image size, and of
# NTU RGB+D's 25 joints in space. A test takes one clip a sample as for our
# model (its own: ten). SKELETON_STREAM: see models/streams.py.
channels = dict(type='StockChannels')
feature = dict(type='StockFeatures', stream='{{$SKELETON_STREAM:j}}')
uniform = dict(type='UniformSampleFrames')
uniform_test = dict(type='UniformSampleFrames', num_clips=1, test_mode=True)
format_stock = [
    dict(type='PoseDecode'),
    dict(type='FormatGCNInput'),
    dict(type='PackActionInputs', meta_keys=('frame_dir',)),
]
pixels = [channels, dict(type='PreNormalize2D'), feature]
stgcnpp_pixel_pipeline = [*pixels, uniform, *format_stock]
stgcnpp_pixel_test_pipeline = [*pixels, uniform_test, *format_stock]
ntu = [*load, dict(type='PreNormalize3D'), channels, feature]
stgcnpp_ntu_pipeline = [*ntu, uniform, *format_stock]
stgcnpp_ntu_test_pipeline = [*ntu, uniform_test, *format_stock]

# The same but for the normalisation, for any unit and any layout.
body = [*load, normalize, channels, feature]
stgcnpp_pipeline = [*body, uniform, *format_stock]
stgcnpp_test_pipeline = [*body, uniform_test, *format_stock]

# Small sets; the file of a large one says otherwise.
batch_size = 32
pretrain_batch_size = 64
max_epochs = 20

# Batches are made whole; pipelines of MMAction2's own transforms run clip by
# clip.
train_dataloader = dict(
    batch_size=batch_size,
    num_workers=2,
    persistent_workers=True,
    # With few clips as many updates as with more.
    sampler=dict(type='SkeletonSampler', shuffle=True, min_clips=1280),
    collate_fn=dict(type='skeleton_collate'),
    dataset=dict(type='SkeletonDataset', batched=True, pipeline=strl_pipeline),
)
val_dataloader = dict(
    batch_size=64,
    num_workers=2,
    persistent_workers=True,
    # Not rounded up: on several GPUs each clip counts once.
    sampler=dict(type='SkeletonSampler', shuffle=False, round_up=False),
    collate_fn=dict(type='skeleton_collate'),
    dataset=dict(
        type='SkeletonDataset',
        batched=True,
        test_mode=True,
        pipeline=strl_test_pipeline,
    ),
)
test_dataloader = val_dataloader

val_evaluator = dict(
    type='LabelledAccMetric',
    metric_list=('top_k_accuracy', 'mean_class_accuracy'),
)
test_evaluator = val_evaluator
