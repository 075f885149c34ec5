"""How long a table would take on this machine."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import torch
from mmengine.config import Config
from mmengine.device import get_device
from mmengine.hooks import Hook
from mmengine.runner import Runner

from ..benchmark.machine import machine_facts
from ..benchmark.timing import synchronize
from ..label_efficiency import configs
from ..label_efficiency.cells import Cell, main_cells, pretrain_cells
from ..label_efficiency.spec import Spec
from ..label_efficiency.training import build_runner
from ..skeleton_pickle import write_dataset
from ..study.run import Study, row_spec
from ..study.sharing import signature
from ..toy.dataset import SETS, make_dataset
from .rows import Line

#: Updates that are not timed, and those that are.
WARM_UP, TIMED = 2, 5
#: Clips of an update that is timed on a CPU, at most: 1024 of the literal
#: pre-training, of two persons each, did not fit 24 GB.
_CPU_BATCH = 64
#: Arm -> its kind of training; with pre-trained weights it takes as long as
#: without.
_KINDS = dict(pretrain='pretrain', stgcnpp='stgcnpp', scratch='scratch')


class UpdateClock(Hook):
    """Notes when each update has ended."""

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self.times: list[float] = []

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: Any = None,
        outputs: Any = None,
    ) -> None:
        """Look at the clock."""
        synchronize(self.device)
        self.times.append(perf_counter())


@dataclass(frozen=True)
class Trainings:
    """Trainings of a table that take equally long.

    Args:
        kind: Of ``label_efficiency.configs.CONFIGS``.
        spec: A question that has one of them.
        rows: Names of the rows that first ask for them.
        count: How many there are.
        cost: Text that those which take equally long have in common.
    """

    kind: str
    spec: Spec
    rows: tuple[str, ...]
    count: int
    cost: str


def made_study(study: Study, name: str, folder: Path) -> Study:
    """The study on the miniature of its set: clips of its form, made here.

    Args:
        study: Of the set; its file need not be there.
        name: Of the set.
        folder: Where the made file is to lie.

    Raises:
        ValueError: If the set has no miniature.
    """
    if name not in SETS:
        raise ValueError(
            f'{study.spec.ann_file} is not there, and no clips can be made '
            f'in the form of {name}; give the file (docs/data.md)'
        )
    path = folder / 'made_clips.pkl'
    write_dataset(make_dataset(name), path)
    return replace(
        study, spec=replace(study.spec, ann_file=str(path.resolve()))
    )


def trainings(study: Study, lines: Sequence[Line]) -> list[Trainings]:
    """What a table trains, each cell once, by what takes equally long.

    Pre-trainings on other sets are left out: they are part of their tables.
    """
    seen: set[str] = set()
    found: dict[str, Trainings] = {}
    for line in lines:
        spec = row_spec(study, replace(line.row, pretrain_on=None))
        keys: dict[str, str] = {}
        for cell in _cells(study, line):
            # Weights of another set are others, and take as long.
            text = f'{line.row.pretrain_on} {signature(spec.to_json(), cell)}'
            if text in seen:
                continue
            seen.add(text)
            kind = _KINDS.get(cell.arm, 'scratch')
            if kind not in keys:
                keys[kind] = _cost(study, kind, spec)
            key = keys[kind]
            old = found.get(key, Trainings(kind, spec, (), 0, key))
            rows = dict.fromkeys((*old.rows, line.row.name))
            found[key] = replace(old, rows=tuple(rows), count=old.count + 1)
    return list(found.values())


def _cost(study: Study, kind: str, spec: Spec) -> str:
    """Text that is the same for trainings that take equally long."""
    cfg = configs.load_config(study.configs, kind, spec)
    # What is hidden changes next to nothing.
    parts = [kind, cfg.model, cfg.train_dataloader.batch_size, cfg.train_cfg]
    return json.dumps(parts, sort_keys=True, default=str)


def _cells(study: Study, line: Line) -> list[Cell]:
    plan, arms = study.plan, line.row.arms
    cells = main_cells(
        arms, plan.fractions, plan.seeds, plan.pretrain_seeds, plan.paired
    )
    if line.row.pretrain_on is not None:
        return cells
    return [*pretrain_cells(arms, plan.pretrain_seeds), *cells]


def time_update(cfg: Config, work_dir: Path, device: torch.device) -> float:
    """Seconds of an update of a training, loading of its clips included.

    On a CPU, where the time goes with the number of clips, large batches are
    timed in part.

    Args:
        cfg: Of the training.
        work_dir: For its log.
        device: Where it runs.
    """
    updates = WARM_UP + TIMED
    loader, whole = cfg.train_dataloader, cfg.train_dataloader.batch_size
    if device.type == 'cpu':
        loader.batch_size = min(whole, _CPU_BATCH)
    loader.sampler.min_clips = loader.batch_size * updates
    loader.sampler.max_clips = loader.batch_size * updates
    cfg.train_cfg.max_epochs = 1
    cfg.default_hooks.checkpoint = None
    cfg.log_level = 'WARNING'
    for key in ('dataloader', 'cfg', 'evaluator'):
        cfg[f'test_{key}'] = None
    clock = UpdateClock(device)
    runner = build_runner(cfg, work_dir)
    runner.register_hook(clock)
    runner.train()
    seconds = float(median(np.diff(clock.times[WARM_UP - 1 :])))
    return seconds * whole / loader.batch_size


def num_updates(cfg: Config, num_clips: int) -> int:
    """Updates of a whole training on so many clips."""
    drawn = clips_an_epoch(cfg, num_clips)
    batches = math.ceil(drawn / cfg.train_dataloader.batch_size)
    return int(cfg.train_cfg.max_epochs * batches)


def clips_an_epoch(cfg: Config, num_clips: int) -> int:
    """Clips that an epoch draws of so many: of few ones some again."""
    least = cfg.train_dataloader.sampler.get('min_clips') or 0
    return max(num_clips, int(least))


def estimate(
    study: Study,
    name: str,
    lines: Sequence[Line],
    num_clips: int,
    folder: Path,
    track: Callable[[Sequence[Trainings]], Iterable[Trainings]] = iter,
    known: dict[str, float] | None = None,
) -> dict[str, Any]:
    """Time some updates of each training of a table.

    On clips of the set, or, where its file is not there, on those of its
    miniature, which have about as many persons. The one test of each is not
    counted, nor is compiling, which makes long trainings faster.

    Args:
        study: Set and amount; its file need not be there.
        name: Of the set.
        lines: Of the table.
        num_clips: Training clips of the set.
        folder: Where made clips and logs are to lie.
        track: Put around the trainings, to show progress.
        known: Seconds of an update by cost, of earlier tables of the set;
            what is timed here is added.

    Returns:
        Machine, seconds of an update of each training, and the hours of all
        of them one after another.
    """
    device = torch.device(get_device())
    there = Path(study.spec.ann_file).exists()
    study = study if there else made_study(study, name, folder)
    known = {} if known is None else known
    parts = []
    for number, one in enumerate(track(trainings(study, lines))):
        cfg = configs.load_config(study.configs, one.kind, one.spec)
        configs.shorten(cfg, one.spec.epochs)
        updates = num_updates(cfg, num_clips)
        # A batch is the whole set, where that has fewer clips.
        loader = cfg.train_dataloader
        batch_size = min(loader.batch_size, clips_an_epoch(cfg, num_clips))
        loader.batch_size = batch_size
        if one.kind == 'pretrain':
            spec = one.spec
            configs.pretrain_on(cfg, spec.ann_file, [spec.train_split])
        if one.cost not in known:
            work_dir = folder / f'{number}'
            known[one.cost] = time_update(cfg, work_dir, device)
        seconds = known[one.cost]
        parts.append(
            dict(
                kind=one.kind,
                rows=list(one.rows),
                count=one.count,
                batch_size=batch_size,
                updates=updates,
                seconds_an_update=seconds,
                hours=one.count * updates * seconds / 3600,
            )
        )
    return dict(
        machine=machine_facts(device),
        device=device.type,
        num_clips=num_clips,
        timed_on='clips of the set' if there else 'made clips',
        seeds=len(study.plan.seeds),
        epochs=study.spec.epochs,
        trainings=parts,
        hours_one_after_another=sum(part['hours'] for part in parts),
    )


def in_words(found: dict[str, Any]) -> str:
    """Hours of an estimate: on one GPU, or on two cores, and of what."""
    hours = found['hours_one_after_another']
    of = f'{found["seeds"]} seeds, {found["num_clips"]:,} clips'
    if found['device'] != 'cpu':
        return f'{_round(hours)} h on one {found["machine"]["gpu"]} ({of})'
    # Two trainings side by side, a core each.
    return f'{_round(hours / 2)} h on two cores ({of})'


def _round(hours: float) -> str:
    return f'{hours:.1f}' if hours < 10 else f'{hours:,.0f}'
