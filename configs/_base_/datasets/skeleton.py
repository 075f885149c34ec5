# What all data sets share; the file of a set adds the rest. Batches are made
# whole; pipelines of MMAction2's own transforms run clip by clip.
train_dataloader = dict(
    batch_size=32,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='SkeletonSampler', shuffle=True),
    collate_fn=dict(type='skeleton_collate'),
    dataset=dict(type='SkeletonDataset', batched=True),
)
val_dataloader = dict(
    batch_size=64,
    num_workers=2,
    persistent_workers=True,
    # Not rounded up: on several GPUs each clip counts once.
    sampler=dict(type='SkeletonSampler', shuffle=False, round_up=False),
    collate_fn=dict(type='skeleton_collate'),
    dataset=dict(type='SkeletonDataset', batched=True, test_mode=True),
)
test_dataloader = val_dataloader

val_evaluator = dict(
    type='AccMetric', metric_list=('top_k_accuracy', 'mean_class_accuracy')
)
test_evaluator = val_evaluator
