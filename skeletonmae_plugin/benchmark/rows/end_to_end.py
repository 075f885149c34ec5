"""A whole epoch beside the step alone."""

from mmengine.config import Config

from ..bench import Bench
from ..result import Result
from ..timing import summary
from ..training import EpochClock, run_training
from .pretrain import config_name


def against_step(bench: Bench) -> list[Result]:
    """Clips/s of real epochs of pre-training over the model step alone.

    On a GPU there is a second result, with the frames kept on the device.
    """
    key = 'pretrain_end_to_end_fraction'
    title = 'clips/s of a real epoch of pre-training over the step alone'
    cfg = bench.config('skeletonmae_pretrain')
    results = [_result(bench, cfg, key, title)]
    if bench.device.type == 'cuda':
        cfg = preload(bench.config('skeletonmae_pretrain'))
        more = f'{title}, frames kept on the GPU'
        results.append(_result(bench, cfg, f'{key}_preload', more))
    return results


def preload(cfg: Config) -> Config:
    """A config whose training frames live on the model's device."""
    loader = cfg.train_dataloader
    loader.dataset.update(
        batched=True, preload='device', transforms_on='model'
    )
    loader.update(
        num_workers=0,
        persistent_workers=False,
        collate_fn=dict(type='skeleton_collate'),
    )
    return cfg


def fractions(clock: EpochClock) -> list[float]:
    """Each epoch over the steps that were timed after it."""
    return [
        epoch / step
        for epoch, step in zip(clock.epochs, clock.steps, strict=True)
    ]


def _result(bench: Bench, cfg: Config, key: str, title: str) -> Result:
    dtype = bench.shipped(cfg).dtype
    workers = cfg.train_dataloader.num_workers
    name = config_name(cfg)
    clock = run_training(bench, cfg, with_steps=True)
    return Result(
        key,
        title,
        values=fractions(clock),
        goal=0.85,
        dtype=dtype,
        configs=[name],
        details=dict(
            epoch_clips_per_s=summary(clock.epochs),
            step_clips_per_s=summary(clock.steps),
            clips=bench.sizes.num_clips,
            workers=workers,
        ),
        note=f'{workers} worker processes beside the training process',
    )
