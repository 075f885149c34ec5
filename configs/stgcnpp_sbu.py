_base_ = [
    './_base_/datasets/sbu.py',
    './_base_/models/stgcnpp.py',
    './_base_/schedules/stgcnpp.py',
    './_base_/default_runtime.py',
]
# In 2D the pipeline puts the score beside x and y.
visualizer = dict(
    layout={{_base_.layout}},
    num_coordinates={{_base_.in_channels}},
    score_channel=2 if _base_.in_channels == 2 else None,
)
model = dict(
    backbone=dict(layout={{_base_.layout}}),
    cls_head=dict(num_classes={{_base_.num_classes}}),
)
clip_len = _base_.get('stgcnpp_clip_len', _base_.clip_len)
dataset = dict(clip_len=clip_len, pipeline={{_base_.stgcnpp_pipeline}})
train_dataloader = dict(batch_size={{_base_.batch_size}}, dataset=dataset)
test_steps = {{_base_.stgcnpp_test_pipeline}}
val_dataloader = dict(dataset=dict(clip_len=clip_len, pipeline=test_steps))
test_dataloader = val_dataloader
facts = dict(_base_.facts, clip_len=clip_len)
test_pipeline = [dict(type='SkeletonPipeline', facts=facts, steps=test_steps)]
train_cfg = dict(max_epochs={{_base_.max_epochs}})
