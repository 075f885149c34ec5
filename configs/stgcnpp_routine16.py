_base_ = [
    './_base_/datasets/routine16.py',
    './_base_/models/stgcnpp.py',
    './_base_/schedules/stgcnpp.py',
    './_base_/default_runtime.py',
]
# The pipeline puts the score beside x and y.
visualizer = dict(layout={{_base_.layout}}, num_coordinates=2, score_channel=2)
model = dict(
    backbone=dict(graph_cfg=dict(layout='coco', mode='spatial')),
    cls_head=dict(num_classes={{_base_.num_classes}}),
)
train_dataloader = dict(dataset=dict(pipeline={{_base_.stgcnpp_pipeline}}))
test_pipeline = {{_base_.stgcnpp_test_pipeline}}
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
test_dataloader = val_dataloader
train_cfg = dict(max_epochs=40)
