"""A training goes on from its own checkpoint, or begins as its config says."""

from __future__ import annotations

import copy
import re
import zipfile
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
    last = last_checkpoint(work_dir)
    cfg.resume = cfg.get('train_cfg') is not None and last is not None
    if cfg.resume:
        cfg.load_from = str(last)  # MMEngine resumes from there
    # MMEngine otherwise tells runs apart by the second of their start.
    cfg.experiment_name = f'{work_dir.name}_{uuid4().hex}'
    return Runner.from_cfg(cfg)


def resume_words(work_dir: Path) -> list[str]:
    """What a command of tools/train.py needs to go on in a folder, if it can.

    Asked to resume, train.py forgets what a start would load: a training that
    has not begun is not to be asked.
    """
    last = last_checkpoint(work_dir)
    return [] if last is None else ['--resume', str(last)]


def trained_checkpoint(work_dir: Path) -> Path:
    """The last checkpoint of a training that has run.

    Raises:
        FileNotFoundError: If it has left none.
    """
    last = last_checkpoint(work_dir)
    if last is None:
        raise FileNotFoundError(
            f'{work_dir}: the training has left no checkpoint there; set '
            'interval or save_last of its CheckpointHook'
        )
    return last


def last_checkpoint(work_dir: Path) -> Path | None:
    """The checkpoint that a training in a folder can go on from.

    That which MMEngine has noted, or the newest whole one where the note is
    of no file: it is empty after a kill, or the folder was moved.
    """
    note = work_dir / 'last_checkpoint'
    noted = Path(note.read_text().strip()) if note.exists() else Path()
    if noted.is_file():
        return noted
    saved = {
        int(found[1]): file
        for file in work_dir.glob('epoch_*.pth')
        if (found := re.fullmatch(r'epoch_(\d+)', file.stem))
        and zipfile.is_zipfile(file)
    }
    return saved[max(saved)] if saved else None
