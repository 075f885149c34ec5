_base_ = [
    './_base_/datasets/ntu120_3d.py',
    './_base_/models/skeletonmae_paper.py',
    './_base_/schedules/pretrain_paper.py',
    './_base_/pretrain_runtime.py',
]
visualizer = dict(layout={{_base_.layout}})
model = dict(
    backbone=dict(
        layout={{_base_.layout}}, in_channels={{_base_.in_channels}}
    ),
    neck=dict(layout={{_base_.layout}}),
)
train_dataloader = dict(
    batch_size=1024,
    sampler=dict(min_clips=None),
    dataset=dict(pipeline={{_base_.pretrain_paper_pipeline}}),
)
test_steps = {{_base_.pretrain_paper_test_pipeline}}
val_dataloader = dict(dataset=dict(pipeline=test_steps))
test_dataloader = val_dataloader
test_pipeline = [
    dict(type='SkeletonPipeline', facts={{_base_.facts}}, steps=test_steps)
]
val_evaluator = dict(
    _delete_=True, type='ReconstructionMetric', layout={{_base_.layout}}
)
test_evaluator = val_evaluator
