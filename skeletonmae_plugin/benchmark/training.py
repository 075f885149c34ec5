"""A real training in this process, with a clock on its epochs."""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

import torch
from mmengine.config import Config
from mmengine.hooks import Hook
from mmengine.runner import Runner

from .bench import Bench, quiet_logger
from .steps import TrainStep
from .timing import synchronize, time_block
from .variants import compile_always


class EpochClock(Hook):
    """Times epochs from their first to their last iteration.

    Loading, augmentation, masks, steps and logging are within; checkpoints
    and the start of the workers are not. The first epoch is a warm-up. By
    turns with the epochs it times as many steps on one batch that is there
    already, with the same model: the step alone.

    Args:
        device: Where the training runs.
        with_steps: Whether to time the steps alone.

    Attributes:
        epochs: Clips a second of each epoch but the first.
        steps: Clips a second of the steps alone, after each of them.
    """

    # Before the hooks that save: theirs is not the time of an epoch.
    priority = 'HIGHEST'

    def __init__(self, device: torch.device, with_steps: bool = True) -> None:
        self.device = device
        self.with_steps = with_steps
        self.epochs: list[float] = []
        self.steps: list[float] = []
        self._batch: Any = None

    def before_train_epoch(self, runner: Runner) -> None:
        """Start the clock."""
        self._stop(runner)

    def before_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: dict | list | None = None,
    ) -> None:
        """Keep a full batch for the steps alone."""
        if self.with_steps and self._batch is None:
            self._batch = data_batch

    def after_train_epoch(self, runner: Runner) -> None:
        """Stop the clock, then time the step alone."""
        seconds = self._stop(runner)
        clips = count_epoch_clips(runner.train_dataloader)
        if runner.epoch > 0:
            self.epochs.append(clips / seconds)
        if self.with_steps:
            rate = self._step_rate(runner)
            if runner.epoch > 0:
                self.steps.append(rate)
        self._stop(runner)

    def _stop(self, runner: Runner) -> float:
        """Seconds since the last call."""
        synchronize(self.device)
        now = time.perf_counter()
        seconds, self._last = now - getattr(self, '_last', now), now
        return seconds

    def _step_rate(self, runner: Runner) -> float:
        model: Any = runner.model
        batch = model.data_preprocessor(self._batch, True)
        step = TrainStep(model, runner.optim_wrapper, batch)
        loader = runner.train_dataloader
        seconds = time_block(step, len(loader), self.device)
        return len(loader) * loader.batch_size / seconds


def count_epoch_clips(loader: Any) -> int:
    """Clips that an epoch of a data loader gives."""
    if loader.drop_last:
        return len(loader) * loader.batch_size
    return len(loader.sampler)


def run_training(bench: Bench, cfg: Config, with_steps: bool) -> EpochClock:
    """Train with MMEngine's runner, as ``tools/train.py`` does.

    Only the validation is left out, and the few iterations are compiled as
    the many of a user are. What it says goes to ``training.log`` in
    the folder of the benchmark.

    Args:
        bench: Gives folder, device and number of epochs.
        cfg: What to train.
        with_steps: Whether to time the steps alone by turns with the epochs.
    """
    cfg.experiment_name = f'benchmark_{uuid.uuid4().hex[:12]}'
    cfg.work_dir = str(bench.folder / 'trainings' / cfg.experiment_name)
    cfg.train_cfg.max_epochs = bench.sizes.num_epochs + 1
    compile_always(cfg, bench.sizes.compiled)
    for part in ('val', 'test'):
        for key in ('cfg', 'dataloader', 'evaluator'):
            cfg[f'{part}_{key}'] = None
    clock = EpochClock(bench.device, with_steps)
    with _quiet(bench):
        runner = Runner.from_cfg(cfg)
        runner.register_hook(clock)
        runner.train()
    return clock


@contextmanager
def _quiet(bench: Bench) -> Iterator[None]:
    """Lead what a runner says past the progress bar."""
    bench.folder.mkdir(parents=True, exist_ok=True)
    threads = torch.get_num_threads()
    with (
        open(bench.folder / 'training.log', 'a') as log,
        redirect_stdout(log),
        redirect_stderr(log),
    ):
        try:
            yield
        finally:
            torch.set_num_threads(threads)
            quiet_logger()  # that of the runner writes to the log
