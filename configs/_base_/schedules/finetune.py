# Fine-tuning and training from scratch alike.
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=30, val_interval=10)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')

optim_wrapper = dict(
    # Half precision where the processor has it; dtype='float32' for none.
    type='AmpOptimWrapper',
    dtype='auto',
    optimizer=dict(type='AdamW', lr=2e-3, weight_decay=0.01),
    clip_grad=dict(max_norm=5.0),
)

# Without T_max and end the cosine lasts as long as the training, and it runs
# beside the warm-up: any number of epochs will do, though below ten the full
# rate is not reached.
param_scheduler = [
    dict(
        type='LinearLR',
        start_factor=0.1,
        begin=0,
        end=3,
        by_epoch=True,
        convert_to_iter_based=True,
    ),
    dict(
        type='CosineAnnealingLR',
        eta_min=1e-5,
        by_epoch=True,
        convert_to_iter_based=True,
    ),
]

auto_scale_lr = dict(enable=False, base_batch_size=32)

# Of pre-trained weights: a random head would soon undo them, so it begins with
# a linear probe. They move as fast as from scratch (docs/study.md, Rates).
pretrained_hooks = dict(probe_head=dict(type='ProbeHeadHook'))
