_base_ = [
    './_base_/datasets/sbu.py',
    './_base_/models/skeletonmae.py',
    './_base_/schedules/pretrain.py',
    './_base_/pretrain_runtime.py',
]
visualizer = dict(layout={{_base_.layout}})
model = dict(
    backbone=dict(
        encoder=dict(
            layout={{_base_.layout}}, in_channels={{_base_.in_channels}}
        ),
        clip_len={{_base_.clip_len}},
    ),
    neck=dict(layout={{_base_.layout}}, out_channels={{_base_.in_channels}}),
)
train_dataloader = dict(
    batch_size={{_base_.pretrain_batch_size}},
    sampler=dict(min_clips={{_base_.pretrain_min_clips}}),
    dataset=dict(pipeline={{_base_.pretrain_pipeline}}),
)
test_steps = {{_base_.pretrain_test_pipeline}}
val_dataloader = dict(dataset=dict(pipeline=test_steps))
test_dataloader = val_dataloader
test_pipeline = [
    dict(type='SkeletonPipeline', facts={{_base_.facts}}, steps=test_steps)
]
val_evaluator = dict(
    _delete_=True, type='ReconstructionMetric', layout={{_base_.layout}}
)
test_evaluator = val_evaluator
auto_scale_lr = dict(base_batch_size={{_base_.pretrain_batch_size}})
