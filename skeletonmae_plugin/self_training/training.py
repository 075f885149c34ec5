"""One training and one test, in this process."""

from __future__ import annotations

import copy
from pathlib import Path

from mmengine.config import Config

from ..engine.resuming import resuming_runner, trained_checkpoint


def train(cfg: Config, dataset: dict, work_dir: Path, seed: int) -> str:
    """Train a recognizer, or go on with a training that was broken off.

    The test split is not looked at meanwhile.

    Args:
        cfg: A recognition config.
        dataset: Config of its training's data set.
        work_dir: Where checkpoints and logs go.
        seed: Of the training.

    Returns:
        Path of the last checkpoint.
    """
    cfg = _prepared(cfg, seed)
    cfg.train_dataloader.dataset = dataset
    # That of the test is not built: ProbeHeadHook takes its pipeline.
    for key in ('dataloader', 'cfg', 'evaluator'):
        cfg[f'val_{key}'] = None
    resuming_runner(cfg, work_dir).train()
    return str(trained_checkpoint(work_dir))


def test(
    cfg: Config, checkpoint: str, work_dir: Path, seed: int
) -> dict[str, float]:
    """Metrics of the config's test, as by tools/test.py."""
    cfg = _prepared(cfg, seed)
    cfg.load_from = checkpoint
    for key in ('train_dataloader', 'train_cfg', 'optim_wrapper'):
        cfg[key] = None
    cfg.param_scheduler = None
    for key in ('dataloader', 'cfg', 'evaluator'):
        cfg[f'val_{key}'] = None
    metrics = resuming_runner(cfg, work_dir).test()
    return {key: float(value) for key, value in metrics.items()}


def _prepared(cfg: Config, seed: int) -> Config:
    cfg = copy.deepcopy(cfg)
    cfg.launcher = 'none'
    cfg.randomness = {**cfg.get('randomness', {}), 'seed': seed}
    return cfg
