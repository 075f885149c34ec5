_base_ = [
    './_base_/datasets/ntu60_3d.py',
    './_base_/models/strl_paper.py',
    './_base_/schedules/finetune_paper.py',
    './_base_/default_runtime.py',
]
visualizer = dict(layout={{_base_.layout}})
model = dict(
    backbone=dict(
        encoder=dict(
            layout={{_base_.layout}},
            in_channels={{_base_.in_channels}},
            init_cfg=dict(
                type='Pretrained',
                checkpoint='{{$SKELETONMAE_CHECKPOINT:<SKELETONMAE_CHECKPOINT>}}',  # noqa: E501
                prefix='backbone.',
            ),
        ),
        clip_len={{_base_.clip_len}},
    ),
    cls_head=dict(num_classes={{_base_.num_classes}}),
)
train_dataloader = dict(
    batch_size=128,
    sampler=dict(min_clips=None),
    dataset=dict(pipeline={{_base_.paper_pipeline}}),
)
