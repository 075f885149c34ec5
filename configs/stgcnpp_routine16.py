_base_ = [
    './_base_/datasets/routine16.py',
    './_base_/models/stgcnpp.py',
    './_base_/schedules/stgcnpp.py',
    './_base_/default_runtime.py',
]
# The pipeline puts the score beside x and y.
visualizer = dict(layout={{_base_.layout}}, num_coordinates=2, score_channel=2)
model = dict(
    backbone=dict(layout={{_base_.layout}}),
    cls_head=dict(num_classes={{_base_.num_classes}}),
)
train_dataloader = dict(
    dataset=dict(pipeline={{_base_.stgcnpp_pixel_pipeline}})
)
test_steps = {{_base_.stgcnpp_pixel_test_pipeline}}
val_dataloader = dict(dataset=dict(pipeline=test_steps))
test_dataloader = val_dataloader
test_pipeline = [
    dict(type='SkeletonPipeline', facts={{_base_.facts}}, steps=test_steps)
]
train_cfg = dict(max_epochs=20)
