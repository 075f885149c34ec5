_base_ = [
    './_base_/datasets/any.py',
    './_base_/models/stgcnpp.py',
    './_base_/schedules/stgcnpp.py',
    './_base_/default_runtime.py',
]
# In 2D the pipeline puts the score beside x and y.
visualizer = dict(
    layout={{_base_.layout}}, num_coordinates={{_base_.in_channels}}
)
model = dict(
    backbone=dict(layout={{_base_.layout}}),
    cls_head=dict(num_classes={{_base_.num_classes}}),
)
train_dataloader = dict(dataset=dict(pipeline={{_base_.stgcnpp_pipeline}}))
test_steps = {{_base_.stgcnpp_test_pipeline}}
val_dataloader = dict(dataset=dict(pipeline=test_steps))
test_dataloader = val_dataloader
test_pipeline = [
    dict(type='SkeletonPipeline', facts={{_base_.facts}}, steps=test_steps)
]
train_cfg = dict(max_epochs=20)
