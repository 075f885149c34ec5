# The paper's: Adam, 1.5e-4, batch 1024, 50 epochs. On a set of fewer clips
# than that, a batch is the whole set.
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=50, val_interval=10)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')

optim_wrapper = dict(
    type='OptimWrapper', optimizer=dict(type='Adam', lr=1.5e-4)
)
param_scheduler = []

auto_scale_lr = dict(enable=False, base_batch_size=1024)
