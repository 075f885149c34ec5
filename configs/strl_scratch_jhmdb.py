_base_ = [
    './_base_/datasets/jhmdb.py',
    './_base_/models/strl.py',
    './_base_/schedules/finetune.py',
    './_base_/default_runtime.py',
]
visualizer = dict(layout={{_base_.layout}})
model = dict(
    backbone=dict(
        encoder=dict(
            layout={{_base_.layout}}, in_channels={{_base_.in_channels}}
        ),
        clip_len={{_base_.clip_len}},
    ),
    cls_head=dict(num_classes={{_base_.num_classes}}),
)
train_cfg = dict(max_epochs={{_base_.max_epochs}})
train_dataloader = dict(batch_size={{_base_.batch_size}})
auto_scale_lr = dict(base_batch_size={{_base_.batch_size}})
