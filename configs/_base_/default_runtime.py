_base_ = 'mmaction::_base_/default_runtime.py'

# Registers our parts and applies the cures of compat.py.
custom_imports = dict(
    imports=['skeletonmae_plugin'], allow_failed_imports=False
)

default_hooks = dict(
    # What MMAction2 calls validation is the test split of these sets, so no
    # checkpoint is chosen by it: the last epoch counts.
    checkpoint=dict(type='CheckpointHook', interval=10, save_best=None),
    logger=dict(type='LoggerHook', interval=10, ignore_last=False),
    # On a resume too, order and augmentation are those of the first start.
    sampler_seed=dict(type='SamplerSeedHook'),
    # Faster after the first steps; our own parts only.
    compile=dict(type='CompileHook'),
    # On a CPU a part of each step went into getting the same pages again.
    keep_memory=dict(type='KeepMemoryHook'),
    # A test is faster with batch norms folded, and gives the same.
    fuse=dict(type='FuseBatchNormHook'),
    # Draws skeletons with --show-dir; MMAction2's own hook draws video.
    visualization=dict(type='SkeletonVisualizationHook', enable=False),
    # What it saves is read without running code.
    plain_checkpoint=dict(type='PlainCheckpointHook'),
)

vis_backends = [
    dict(type='LocalVisBackend'),
    dict(type='TensorboardVisBackend'),
]
visualizer = dict(type='SkeletonVisualizer', vis_backends=vis_backends)
