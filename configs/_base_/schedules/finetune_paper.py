# The paper's: SGD at 0.1, batch 128, 5 warm-up epochs, 110 epochs.
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=110, val_interval=10)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')

optim_wrapper = dict(
    type='OptimWrapper', optimizer=dict(type='SGD', lr=0.1, momentum=0.9)
)

param_scheduler = [
    dict(
        type='LinearLR',
        start_factor=0.1,
        begin=0,
        end=5,
        by_epoch=True,
        convert_to_iter_based=True,
    ),
    dict(type='MultiStepLR', milestones=[90, 100], gamma=0.1, by_epoch=True),
]

auto_scale_lr = dict(enable=False, base_batch_size=128)
