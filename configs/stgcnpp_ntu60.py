_base_ = [
    './_base_/datasets/ntu60.py',
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
clip_len = 100  # MMAction2's own for this set
train_dataloader = dict(
    batch_size=128,
    dataset=dict(
        clip_len=clip_len, pipeline={{_base_.stgcnpp_pixel_pipeline}}
    ),
)
test_steps = {{_base_.stgcnpp_pixel_test_pipeline}}
val_dataloader = dict(dataset=dict(clip_len=clip_len, pipeline=test_steps))
test_dataloader = val_dataloader
facts = dict(
    layout={{_base_.layout}},
    num_person={{_base_.num_person}},
    clip_len=clip_len,
)
test_pipeline = [dict(type='SkeletonPipeline', facts=facts, steps=test_steps)]
train_cfg = dict(max_epochs=110)
