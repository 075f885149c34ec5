"""A training goes on from its own checkpoint, or begins as its config says."""

from __future__ import annotations

import copy
from pathlib import Path
from uuid import uuid4

from mmengine.config import Config
from mmengine.runner import Runner


def resuming_runner(cfg: Config, work_dir: Path) -> Runner:
    """A runner whose training goes on where an earlier one stopped.

    Args:
        cfg: A config; without ``train_cfg`` nothing is there to go on with.
        work_dir: Folder of both.
    """
    cfg = copy.deepcopy(cfg)
    cfg.work_dir = str(work_dir)
    cfg.resume = cfg.get('train_cfg') is not None and has_begun(work_dir)
    if cfg.resume:
        cfg.load_from = None  # MMEngine would resume from there instead
    # MMEngine otherwise tells runs apart by the second of their start.
    cfg.experiment_name = f'{work_dir.name}_{uuid4().hex}'
    return Runner.from_cfg(cfg)


def resume_words(work_dir: Path) -> list[str]:
    """What a command of tools/train.py needs to go on in a folder, if it can.

    Asked to resume, train.py forgets what a start would load: a training that
    has not begun is not to be asked.
    """
    return ['--resume'] if has_begun(work_dir) else []


def has_begun(work_dir: Path) -> bool:
    """Whether a training has left a checkpoint in its folder."""
    return (work_dir / 'last_checkpoint').exists()
