r"""What a teacher brings a tiny student, with few labels and with all.

Pre-trains and fine-tunes a teacher, trains the student in four ways on the
same labels, tests all, and says the differences. May be killed and started
again: what is done is kept in --out. See README.md beside this file.

Example:
    NWUCLA_3D=nwucla_checked.pkl python projects/distilled/study.py \
        --seeds 1 2 3 --fractions 0.1 1.0 --out work_dirs/distilled
"""

from __future__ import annotations

import argparse
import logging
import os
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any

# Trainings run side by side: more threads than one spin against each other.
os.environ.setdefault('OMP_NUM_THREADS', '1')

import skeletonmae_plugin  # noqa: E402, F401, I001  # its cures come first
from arms import (  # noqa: E402
    ARMS,
    CONFIGS,
    NEEDS,
    make_cells,
    make_config,
    source_of,
)
from mmengine.logging import MMLogger  # noqa: E402
from table import study_table  # noqa: E402

from skeletonmae_plugin.datasets.folder_lock import only_writer  # noqa: E402
from skeletonmae_plugin.evaluation.scores import accuracies  # noqa: E402
from skeletonmae_plugin.label_efficiency import configs  # noqa: E402
from skeletonmae_plugin.label_efficiency.bar import CellBar  # noqa: E402
from skeletonmae_plugin.label_efficiency.cells import Cell  # noqa: E402
from skeletonmae_plugin.label_efficiency.clips import (  # noqa: E402
    Clips,
    choose_subsets,
    data_checksum,
    read_clips,
)
from skeletonmae_plugin.label_efficiency.folder import Folder  # noqa: E402
from skeletonmae_plugin.label_efficiency.running import run_jobs  # noqa: E402
from skeletonmae_plugin.label_efficiency.training import (  # noqa: E402
    train,
    train_and_test,
)
from skeletonmae_plugin.stopping import stop_in_words  # noqa: E402
from skeletonmae_plugin.whole_files import write_json, write_text  # noqa: E402


@dataclass(frozen=True)
class Question:
    """All that the results of a folder depend on.

    Args:
        data: Number and checksum of the clips' names and labels.
        epochs: Part of the configs' epochs.
        recipes: Checksum of each config.
    """

    data: str
    epochs: float
    recipes: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """As it is written."""
        return dict(
            data=self.data, epochs=self.epochs, recipes=dict(self.recipes)
        )


@dataclass(frozen=True)
class Training:
    """What a process does: one cell.

    Args:
        cell: The cell.
        out: Folder of the study.
        epochs: Part of the config's epochs.
        checkpoint: Of the cell that it needs.
    """

    cell: Cell
    out: Path
    epochs: float
    checkpoint: str | None
    launcher: None = None

    @property
    def cells(self) -> tuple[Cell, ...]:
        """For the bar."""
        return (self.cell,)

    @property
    def name(self) -> str:
        """For its log."""
        return self.cell.name

    @property
    def folder(self) -> Folder:
        """Where all is written."""
        return Folder(self.out)

    def run(self) -> None:
        """Train, test, keep the checkpoint, write the result."""
        cell, folder = self.cell, self.folder
        work_dir, seed = folder.work_dir(cell), cell.seed or 0
        cfg = make_config(cell, self.epochs, self.checkpoint)
        start = time.perf_counter()
        result: dict[str, Any] = cell.to_json()
        if cell.fraction is None:
            train(cfg, work_dir, seed)
        else:
            found = train_and_test(cfg, work_dir, seed)
            if found.labels != folder.test_labels():
                raise RuntimeError(
                    f'{self.name}: the labels of the test are not those of '
                    f'{folder.test_file}, in its order; the config must test '
                    'every clip once and shuffle none'
                )
            result |= accuracies(found.predicted, found.labels)
            result |= dict(
                predicted=found.predicted,
                updates=found.updates,
                finite=found.finite,
            )
        # Of what was killed on the way only the last part.
        result['seconds'] = round(time.perf_counter() - start, 1)
        last = (work_dir / 'last_checkpoint').read_text().strip()
        kept = folder.path / 'weights' / f'{self.name}.pth'
        kept.parent.mkdir(exist_ok=True)
        shutil.copy(last, kept)
        write_json(folder.result_file(cell), result)
        for weights in work_dir.glob('*.pth'):
            weights.unlink()


class Study:
    """Cells of a question, in a folder.

    Args:
        folder: The folder.
        cells: What is asked for.
        epochs: Part of the configs' epochs.
    """

    def __init__(
        self, folder: Folder, cells: Sequence[Cell], epochs: float
    ) -> None:
        self.folder, self.cells, self.epochs = folder, cells, epochs

    def run(self, processes: int) -> list[str]:
        """Compute what is missing; returns what failed."""
        missing = self.folder.missing(self.cells)
        with CellBar(missing, processes) as bar:
            return run_jobs(missing, self.job, bar)

    def job(self, cell: Cell) -> Training | None:
        """The job of a cell, None before what it needs is there."""
        source, checkpoint = source_of(cell), None
        if source is not None:
            if self.folder.missing([source]):
                return None
            weights = self.folder.path / 'weights'
            checkpoint = str(weights / f'{source.name}.pth')
        return Training(cell, self.folder.path, self.epochs, checkpoint)


def parse_args(words: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add(
        '--seeds',
        nargs='+',
        type=int,
        default=[1, 2, 3],
        help='each of them, not how many: of label subset, weights and order',
    )
    add(
        '--fractions',
        nargs='+',
        type=float,
        default=[0.1, 1.0],
        help='parts of the labels',
    )
    add(
        '--arms',
        nargs='+',
        choices=ARMS,
        default=[arm for arm in ARMS if arm != 'stgcnpp'],
        help='default: all but stgcnpp, which takes hours',
    )
    add('--out', type=Path, required=True, help='folder of all results')
    add('--epochs-scale', type=float, default=1.0, help="of each config's")
    add('--jobs', type=int, default=1, help='trainings side by side')
    args = parser.parse_args(words)
    for fraction in args.fractions:
        if not 0 < fraction <= 1:
            parser.error(f'--fractions must be in (0, 1], got {fraction:g}')
    if not 0 < args.epochs_scale < inf or args.jobs < 1:
        parser.error('--epochs-scale must be above 0, --jobs at least 1')
    args.fractions = sorted(set(args.fractions))
    return args


def read_splits() -> tuple[Clips, Clips]:
    """Training and test clips that the configs name."""
    cfg = make_config(Cell('student_scratch'))
    train, test = (
        cfg[f'{part}_dataloader'].dataset for part in ('train', 'test')
    )
    return (
        read_clips(train.ann_file, train.layout, train.split),
        read_clips(test.ann_file, test.layout, test.split).labelled(),
    )


def make_question(train: Clips, test: Clips, epochs: float) -> Question:
    """The question that the configs ask of these clips."""
    recipes = {arm: _recipe(arm) for arm in CONFIGS}
    return Question(data_checksum(train, test), epochs, recipes)


def _recipe(arm: str) -> str:
    """A checksum of a config, wherever its files are.

    ``-`` stands for every checkpoint and data file, and for the config of a
    teacher, which has a checksum of its own.
    """
    cfg = make_config(Cell(arm), checkpoint='-' if arm in NEEDS else None)
    for part in ('train', 'test'):
        cfg[f'{part}_dataloader'].dataset.ann_file = '-'
    for member in cfg.model.get('teachers', ()):
        member.config = '-'
    return configs.config_checksum(cfg)


def study(args: argparse.Namespace) -> list[str]:
    """Compute what is missing, print and write the table.

    Returns:
        What failed.
    """
    train, test = read_splits()
    subsets = choose_subsets(train, args.fractions, args.seeds)
    # Where all clips have labels none is left without.
    complete = [
        fraction
        for (fraction, _), few in subsets.items()
        if len(few) == len(train.ids)
    ]
    cells = make_cells(args.arms, args.fractions, args.seeds, complete)
    folder = Folder(args.out)
    folder.path.mkdir(parents=True, exist_ok=True)
    with only_writer(folder.path):
        folder.claim(make_question(train, test, args.epochs_scale))
        folder.write_labels(subsets)
        folder.write_test(test)
        asked = Study(folder, cells, args.epochs_scale)
        failures = asked.run(args.jobs)
        table = study_table(folder, cells, args.epochs_scale, failures)
        write_text(folder.path / 'table.md', table)
    print(table)
    print(f'written to {args.out}')
    return failures


@stop_in_words()
def main() -> None:
    """Run what is missing."""
    args = parse_args()
    # What it says of files and variables stands in the way of the bar.
    MMLogger.get_instance('distilled', log_level=logging.WARNING)
    try:
        failures = study(args)
    except (OSError, ValueError, RuntimeError) as error:
        raise SystemExit(f'error: {error}') from error
    if failures:
        raise SystemExit(f'error: {len(failures)} cells failed, see above')


if __name__ == '__main__':
    main()
