"""How long a pre-training of the size of NTU RGB+D 60 takes."""

from typing import Any

import torch

from ...cores import usable_cores
from ..bench import Bench
from ..result import Result
from ..timing import summary, watch_memory
from ..training import run_training
from .end_to_end import preload
from .pretrain import config_name

CLIPS, EPOCHS = 40_000, 50
#: Minutes that are asked for: about an hour on two cores, one on a GPU.
GOALS = {'cpu': 60, 'cuda': 1}


def minutes(bench: Bench) -> list[Result]:
    """Minutes of 40,000 clips x 50 epochs, from the clips/s of real epochs.

    Extrapolated from epochs of fewer clips; start, validation and checkpoints
    are not in it. On a GPU the frames are kept on the device; on a CPU all
    cores compute, as they do for a user, whatever the other rows are given.
    """
    cfg = bench.config('skeletonmae_pretrain_ntu60')
    threads = bench.threads
    if bench.device.type == 'cuda':
        preload(cfg)
    else:
        threads = usable_cores()
    dtype, name = bench.shipped(cfg).dtype, config_name(cfg)
    workers = cfg.train_dataloader.num_workers
    batch_size = cfg.train_dataloader.batch_size
    peak_memory = watch_memory(bench.device)
    torch.set_num_threads(threads)
    try:
        clock = run_training(bench, cfg, with_steps=False)
    finally:
        torch.set_num_threads(bench.threads)
    peak = peak_memory()
    details: dict[str, Any] = dict(
        clips_per_s=summary(clock.epochs),
        measured_clips=bench.sizes.num_clips,
        batch_size=batch_size,
        workers=workers,
    )
    if peak is not None:
        details['peak_memory_mb'] = peak / 2**20
    return [
        Result(
            'ntu60_minutes',
            f'pre-training of {CLIPS} clips x {EPOCHS} epochs, extrapolated',
            unit='minutes',
            values=[CLIPS * EPOCHS / rate / 60 for rate in clock.epochs],
            goal=GOALS.get(bench.device.type),
            at_most=True,
            dtype=dtype,
            configs=[name],
            details=details,
            threads=threads,
            note=f'{workers} worker processes beside the training process',
        )
    ]
