"""What a process of a run does: the cells of a group, one after another."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from mmengine.config import Config

from ..datasets.subsets import read_ids, write_ids
from ..evaluation.compare import read_seconds
from ..evaluation.scores import accuracies
from ..whole_files import write_json
from . import configs
from .cells import Cell
from .clips import read_clips, split_for_sweep
from .folder import Folder
from .frozen import frozen_cells
from .launching import Launcher, launch_test, launch_training
from .pretrain_clips import merged_file
from .selftraining import self_train
from .spec import PRETRAINED_ARMS, SWEPT, Spec, given_weights
from .training import Outcome, train, train_and_test


@dataclass(frozen=True)
class Job:
    """Cells that one process computes.

    Args:
        cells: Of one group, see ``group_cells``.
        spec: The question.
        out: Folder of the run.
        configs: Folder of the configs.
        lr_factor: Chosen factor of the config's learning rate.
        launcher: Starts each training as a command of its own. None: it runs
            within the process.
    """

    cells: tuple[Cell, ...]
    spec: Spec
    out: Path
    configs: Path
    lr_factor: float = 1.0
    launcher: Launcher | None = None

    @property
    def name(self) -> str:
        """For its log."""
        return self.cells[0].name

    @property
    def folder(self) -> Folder:
        """Where all is written."""
        return Folder(self.out)

    def run(self) -> None:
        """Compute the cells."""
        run_job(self)


def run_job(job: Job) -> None:
    """Compute the cells of a job and write the result of each."""
    first = job.cells[0]
    if first.arm == 'pretrain':
        _pretrain(job, first)
    elif first.arm in ('scratch', 'pretrained', 'stgcnpp'):
        _train(job, first)
    elif first.arm in ('spread', 'self_trained', 'self_trained_scratch'):
        _self_train(job, first)
    else:
        _frozen(job)


def _pretrain(job: Job, cell: Cell) -> None:
    spec, folder = job.spec, job.folder
    cfg = configs.checked_config(
        job.configs, 'pretrain', spec, workers=job.launcher is not None
    )
    splits = [spec.train_split]
    if spec.pretrain_on == 'all':
        splits.append(spec.test_split)
    ann_file = spec.ann_file
    if spec.unlabelled:
        ann_file, splits = merged_file(spec, splits, folder.path)
    configs.pretrain_on(cfg, ann_file, splits)
    configs.save_often(cfg)
    configs.shorten(cfg, spec.epochs)
    work_dir = folder.work_dir(cell)
    seed = cell.pretrain_seed or 0
    if job.launcher is None:
        last = train(cfg, work_dir, seed)
    else:
        last = launch_training(job.launcher, cfg, work_dir, seed)
    kept = folder.path / 'pretrained' / f'{cell.name}.pth'
    kept.parent.mkdir(exist_ok=True)
    shutil.copy(last, kept)
    write_json(
        folder.result_file(cell),
        dict(
            **cell.to_json(),
            checkpoint=str(kept),
            epochs=cfg.train_cfg.max_epochs,
            seconds=read_seconds(work_dir),
        ),
    )


def checkpoint_of(job: Job, cell: Cell) -> str | None:
    """Pre-trained weights that a cell starts from."""
    if cell.arm not in PRETRAINED_ARMS:
        return None
    if job.spec.pretrained is not None:
        _require_same_weights(job.spec)
        return job.spec.pretrained
    source = Cell('pretrain', pretrain_seed=cell.pretrain_seed)
    return str(job.folder.read(source)['checkpoint'])


def _require_same_weights(spec: Spec) -> None:
    _, found = given_weights(spec.pretrained, spec.layout, spec.in_channels)
    if spec.pretrained_checksum not in (None, found):
        raise RuntimeError(
            f'{spec.pretrained} has changed since the run began (checksum '
            f'{spec.pretrained_checksum}, now {found}); undo it, or start '
            'again with another --out'
        )


def training_config(job: Job, cell: Cell) -> Config:
    """Config of a training with labels; of a self-training its base's."""
    spec, folder = job.spec, job.folder
    kind = SWEPT.get(cell.arm, cell.arm)
    checkpoint = checkpoint_of(job, cell)
    cfg = configs.checked_config(
        job.configs, kind, spec, checkpoint, job.launcher is not None
    )
    configs.shorten(cfg, spec.epochs)
    configs.save_often(cfg)
    assert cell.fraction is not None and cell.seed is not None
    if cell.lr_factor is None:
        labels = folder.labels(cell.fraction, cell.seed)
        configs.test_on(cfg, spec.test_split, folder.test_file)
        configs.scale_lr(cfg, job.lr_factor)
    else:
        labels, held_out = _sweep_files(job, cell)
        configs.test_on(cfg, spec.train_split, held_out)
        configs.scale_lr(cfg, cell.lr_factor)
    configs.learn_from(cfg, labels)
    return cfg


def _sweep_files(job: Job, cell: Cell) -> tuple[Path, Path]:
    """Names of the clips of a sweep: to learn from, to test on."""
    spec = job.spec
    assert cell.fraction is not None and cell.seed is not None
    train_clips = read_clips(spec.ann_file, spec.layout, spec.train_split)
    parts = split_for_sweep(train_clips, cell.fraction, cell.seed)
    stem = f'sweep_{cell.fraction:g}_seed{cell.seed}'
    files = [
        job.out / 'labels' / f'{stem}_{what}.txt' for what in ('fit', 'held')
    ]
    for file, ids in zip(files, parts, strict=True):
        write_ids(file, ids)
    return files[0], files[1]


def _train(job: Job, cell: Cell) -> None:
    folder = job.folder
    cfg = training_config(job, cell)
    work_dir = folder.work_dir(cell)
    seed = cell.seed or 0
    if job.launcher is None:
        outcome = train_and_test(cfg, work_dir, seed)
    else:
        last = launch_training(job.launcher, cfg, work_dir, seed)
        outcome = launch_test(job.launcher, cfg, work_dir, last)
    _write(job, cell, outcome, read_seconds(work_dir))
    _drop_weights(work_dir)


def _self_train(job: Job, cell: Cell) -> None:
    folder, spec = job.folder, job.spec
    cfg = training_config(job, cell)
    assert cell.fraction is not None and cell.seed is not None
    labelled = read_ids(folder.labels(cell.fraction, cell.seed))
    clips = read_clips(spec.ann_file, spec.layout, spec.train_split)
    start = time.perf_counter()
    outcome = self_train(
        cfg,
        labelled,
        list(clips.without(labelled).ids),
        folder.work_dir(cell),
        cell.seed,
        spread=cell.arm == 'spread',
    )
    seconds = time.perf_counter() - start
    _write(job, cell, outcome, seconds)
    _drop_weights(folder.work_dir(cell))


def _drop_weights(work_dir: Path) -> None:
    """Of a cell that is done: those of all would fill a disk."""
    for weights in work_dir.rglob('*.pth'):
        weights.unlink()


def _frozen(job: Job) -> None:
    spec, folder = job.spec, job.folder
    # The recipe's own pipeline; the weights it names are read here.
    checkpoint = checkpoint_of(job, job.cells[0])
    kind = 'scratch' if checkpoint is None else 'pretrained'
    cfg = configs.checked_config(job.configs, kind, spec, checkpoint)
    configs.test_on(cfg, spec.test_split, folder.test_file)
    subsets = {}
    for cell in job.cells:
        assert cell.fraction is not None and cell.seed is not None
        subsets[cell] = read_ids(folder.labels(cell.fraction, cell.seed))
    for cell, result in frozen_cells(cfg, spec.train_split, subsets):
        outcome = Outcome(result.predicted.tolist(), result.labels.tolist())
        _write(job, cell, outcome, result.seconds, result.choice)


def _write(
    job: Job,
    cell: Cell,
    outcome: Outcome,
    seconds: float,
    choice: str | None = None,
) -> None:
    truth = job.folder.test_labels()
    if cell.lr_factor is None and outcome.labels != truth:
        raise RuntimeError(
            f'{cell.name}: expected the {len(truth)} labels of '
            f'{job.folder.test_file}, in its order, got '
            f'{len(outcome.labels)} others of the test; the '
            'config must test every clip once and shuffle none'
        )
    swept = cell.arm in SWEPT
    lr_factor = job.lr_factor if cell.lr_factor is None else cell.lr_factor
    content = dict(
        **{**cell.to_json(), 'lr_factor': lr_factor if swept else None},
        **accuracies(outcome.predicted, outcome.labels),
        updates=outcome.updates,
        finite=outcome.finite,
        seconds=round(seconds, 2),
        choice=choice,
        predicted=outcome.predicted,
    )
    write_json(job.folder.result_file(cell), content)
