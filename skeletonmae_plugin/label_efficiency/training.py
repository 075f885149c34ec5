"""A training, and the guesses of what it gave."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmengine.config import Config
from mmengine.hooks import Hook
from mmengine.runner import Runner

from ..engine.resuming import resuming_runner, trained_checkpoint
from ..evaluation.scores import guess


@dataclass(frozen=True)
class Outcome:
    """What a test said of its clips, in the order of the data set.

    Args:
        predicted: Guessed classes.
        labels: True classes.
        updates: Steps of the training before it, if there was one.
        finite: Whether all scores were numbers; where they are not, the
            training has diverged, and the classes say nothing.
    """

    predicted: list[int]
    labels: list[int]
    updates: int | None = None
    finite: bool = True


class CollectPredictions(Hook):
    """Keeps the class that a test has guessed for each clip, in order."""

    def __init__(self) -> None:
        self.predicted: list[int] = []
        self.labels: list[int] = []
        self.finite = True

    def after_test_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: Any = None,
        outputs: Any = None,
    ) -> None:
        """Take what the model said of a batch."""
        for sample in outputs:
            self.predicted.append(guess(sample.pred_score))
            self.labels.append(int(sample.gt_label))
            self.finite &= bool(sample.pred_score.isfinite().all())


def build_runner(cfg: Config, work_dir: Path, seed: int = 0) -> Runner:
    """A runner whose training goes on where an earlier one stopped.

    Args:
        cfg: A config; without ``train_cfg`` nothing is there to go on with.
        work_dir: Folder of both.
        seed: Of the training.
    """
    cfg = copy.deepcopy(cfg)
    cfg.randomness = dict(seed=seed)
    return resuming_runner(cfg, work_dir)


def train(cfg: Config, work_dir: Path, seed: int) -> Path:
    """Train to the last epoch.

    Returns:
        Its checkpoint.
    """
    cfg = copy.deepcopy(cfg)
    for key in ('dataloader', 'cfg', 'evaluator'):
        cfg[f'test_{key}'] = None
    build_runner(cfg, work_dir, seed).train()
    return trained_checkpoint(work_dir)


def train_and_test(cfg: Config, work_dir: Path, seed: int) -> Outcome:
    """Train to the last epoch, then test."""
    runner = build_runner(cfg, work_dir, seed)
    runner.train()
    return _test(runner, runner.iter)


def test(cfg: Config, checkpoint: str, work_dir: Path) -> Outcome:
    """Test a checkpoint."""
    return _test(test_runner(cfg, checkpoint, work_dir), None)


def test_runner(cfg: Config, checkpoint: str | None, work_dir: Path) -> Runner:
    """A runner that can test a checkpoint, and nothing else.

    Args:
        cfg: A config with a test.
        checkpoint: Its weights, loaded when the test begins; None: somebody
            loads them before.
        work_dir: Folder of its logs.
    """
    cfg = copy.deepcopy(cfg)
    cfg.load_from, cfg.param_scheduler = checkpoint, None
    for key in ('train_dataloader', 'train_cfg', 'optim_wrapper'):
        cfg[key] = None
    return build_runner(cfg, work_dir)


def _test(runner: Runner, updates: int | None) -> Outcome:
    collect = CollectPredictions()
    runner.register_hook(collect)
    runner.test()
    return Outcome(collect.predicted, collect.labels, updates, collect.finite)
