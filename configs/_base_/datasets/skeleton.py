# What all data sets share; the file of a set adds the rest.
train_dataloader = dict(
    batch_size=32,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='SkeletonSampler', shuffle=True),
    dataset=dict(type='SkeletonDataset'),
)
val_dataloader = dict(
    batch_size=64,
    num_workers=2,
    persistent_workers=True,
    # Not rounded up: on several GPUs each clip counts once.
    sampler=dict(type='SkeletonSampler', shuffle=False, round_up=False),
    dataset=dict(type='SkeletonDataset', test_mode=True),
)
test_dataloader = val_dataloader

val_evaluator = dict(
    type='AccMetric', metric_list=('top_k_accuracy', 'mean_class_accuracy')
)
test_evaluator = val_evaluator
