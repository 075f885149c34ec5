"""One training and one test, in this process."""

from __future__ import annotations

import copy
from pathlib import Path
from uuid import uuid4

from mmengine.config import Config
from mmengine.runner import Runner


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
    cfg = _prepared(cfg, work_dir, seed)
    cfg.train_dataloader.dataset = dataset
    # That of the test is not built: ProbeHeadHook takes its pipeline.
    for key in ('dataloader', 'cfg', 'evaluator'):
        cfg[f'val_{key}'] = None
    last = work_dir / 'last_checkpoint'
    cfg.resume = last.exists()
    if cfg.resume:
        cfg.load_from = None  # MMEngine would resume from there instead
    Runner.from_cfg(cfg).train()
    return last.read_text().strip()


def test(
    cfg: Config, checkpoint: str, work_dir: Path, seed: int
) -> dict[str, float]:
    """Metrics of the config's test, as by tools/test.py."""
    cfg = _prepared(cfg, work_dir, seed)
    cfg.load_from, cfg.resume = checkpoint, False
    for key in ('train_dataloader', 'train_cfg', 'optim_wrapper'):
        cfg[key] = None
    cfg.param_scheduler = None
    for key in ('dataloader', 'cfg', 'evaluator'):
        cfg[f'val_{key}'] = None
    metrics = Runner.from_cfg(cfg).test()
    return {key: float(value) for key, value in metrics.items()}


def _prepared(cfg: Config, work_dir: Path, seed: int) -> Config:
    cfg = copy.deepcopy(cfg)
    cfg.work_dir = str(work_dir)
    cfg.launcher = 'none'
    cfg.randomness = {**cfg.get('randomness', {}), 'seed': seed}
    # MMEngine otherwise tells runs apart by the second of their start.
    cfg.experiment_name = f'{work_dir.name}_{uuid4().hex}'
    return cfg
