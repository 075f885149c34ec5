"""The whole comparison, from a file to an answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..datasets.folder_lock import only_writer
from ..whole_files import write_json, write_text
from .bar import CellBar
from .cells import (
    Cell,
    choose_factors,
    group_cells,
    main_cells,
    pretrain_cells,
    sweep_cells,
)
from .clips import Clips, choose_subsets
from .copies import copies
from .figure import draw
from .folder import Folder
from .job import Job
from .launching import Launcher
from .results import group_results, result_row
from .running import require_libraries, run_jobs
from .sentence import answer
from .spec import GUESSING_ARMS, SWEPT, Spec
from .table import table


@dataclass(frozen=True)
class Plan:
    """Which cells of a question are asked for.

    Args:
        arms: Of ``ARMS``.
        fractions: Parts of the labels.
        seeds: Of label subsets.
        pretrain_seeds: Number of pre-trainings.
        paired: Whether each seed has a pre-training of its own, which no
            other is trained from; then as many as seeds.
    """

    arms: tuple[str, ...]
    fractions: tuple[float, ...]
    seeds: tuple[int, ...]
    pretrain_seeds: int = 1
    paired: bool = False


def run(
    spec: Spec,
    plan: Plan,
    train: Clips,
    test: Clips,
    out: Path,
    configs: Path,
    processes: int,
) -> tuple[str, list[str]]:
    """Compute what is missing and write what it says.

    Args:
        spec: The question.
        plan: The cells.
        train: Clips of the training split.
        test: Clips of the test split.
        out: Folder of the run.
        configs: Folder of the ``*_any.py`` configs.
        processes: Trainings side by side.

    Returns:
        The table, and what failed.

    Raises:
        ValueError: If the folder is of another question, or two fractions
            give the same clips.
        RuntimeError: If another process works in the folder.
    """
    subsets = choose_subsets(train, plan.fractions, plan.seeds)
    folder = Folder(out)
    folder.path.mkdir(parents=True, exist_ok=True)
    with only_writer(folder.path):
        folder.claim(spec)
        folder.write_labels(subsets)
        folder.write_test(test)
        seen = copies(spec.ann_file, spec.layout, train.ids, test.ids)
        runner = Comparison(spec, plan, folder, configs, len(train.ids))
        failures = runner.run(processes)
        return runner.report(test, failures, len(seen)), failures


class Comparison:
    """Cells of a question: pre-training, sweep, those of the table.

    Args:
        spec: The question.
        plan: Which cells are asked for.
        folder: Where results and chosen labels are.
        configs: Folder of the ``*_any.py`` configs.
        num_train: Clips of the training split, labelled or not.
        launcher: Starts each training as a command of its own. None: it runs
            within its process.
    """

    def __init__(
        self,
        spec: Spec,
        plan: Plan,
        folder: Folder,
        configs: Path,
        num_train: int,
        launcher: Launcher | None = None,
    ) -> None:
        self.spec, self.plan, self.folder = spec, plan, folder
        self.configs, self.launcher = configs, launcher
        pretrained = 1 if spec.pretrained else plan.pretrain_seeds
        needed = () if spec.pretrained else plan.arms
        self.pretraining = pretrain_cells(needed, pretrained)
        self.sweep = (
            [] if spec.sweep is None else sweep_cells(plan.arms, spec.sweep)
        )
        everything = main_cells(
            plan.arms, plan.fractions, plan.seeds, pretrained, plan.paired
        )
        self.table = [
            cell
            for cell in everything
            # Where all clips have labels none is left to guess.
            if cell.arm not in GUESSING_ARMS
            or folder.num_labels(cell) < num_train
        ]

    @property
    def cells(self) -> list[Cell]:
        """All of them, those that others need first."""
        return [*self.pretraining, *self.sweep, *self.table]

    def run(self, processes: int) -> list[str]:
        """Compute what is missing; returns what failed."""
        missing = self.folder.missing(self.cells)
        require_libraries(missing)
        with CellBar(missing, processes) as bar:
            kept = len(self.cells) - len(missing)
            if kept:
                bar.say(f'{kept} of {len(self.cells)} cells are done already')
            return run_jobs(group_cells(missing), self.job, bar)

    def job(self, group: Sequence[Cell]) -> Job | None:
        """The job of a group, None before all that it needs is there."""
        arm = group[0].arm
        if any(self.folder.missing(self.needs(cell)) for cell in group):
            return None
        return Job(
            tuple(group),
            self.spec,
            self.folder.path,
            self.configs,
            self.factors().get(SWEPT.get(arm, ''), 1.0),
            self.launcher,
        )

    def needs(self, cell: Cell) -> list[Cell]:
        """Cells that must be done before: weights, learning rates."""
        weights = Cell('pretrain', pretrain_seed=cell.pretrain_seed)
        needs = [weights] if weights in self.pretraining else []
        if cell.arm in SWEPT and cell.lr_factor is None:
            needs += [c for c in self.sweep if c.arm == SWEPT[cell.arm]]
        return [need for need in needs if need != cell]

    def factors(self) -> dict[str, float]:
        """Learning rates of the arms whose sweep is complete."""
        lost = {cell.arm for cell in self.folder.missing(self.sweep)}
        done = [cell for cell in self.sweep if cell.arm not in lost]
        return choose_factors(
            {cell: self.folder.read(cell)['top1'] for cell in done}
        )

    def report(
        self, test: Clips, failures: Sequence[str], num_copies: int
    ) -> str:
        """Write results.json, table.md, answer.txt and the figure."""
        missing = self.folder.missing(self.table)
        left = [c for c in self.table if c not in missing]
        done = [
            (c, self.folder.read(c), self.folder.num_labels(c)) for c in left
        ]
        rows = [
            result_row(cell, result, count, self.spec.transductive)
            for cell, result, count in done
        ]
        write_json(self.folder.path / 'results.json', rows)
        groups = group_results(done, np.array(test.labels))
        sentence = answer(groups, self.spec.transductive, len(missing))
        told = _told(failures, missing)
        text = table(self.spec, groups, sentence, told, num_copies)
        write_text(self.folder.path / 'table.md', text)
        write_text(self.folder.path / 'answer.txt', f'{sentence}\n')
        if groups:
            draw(self.spec, groups, self.folder.path / 'figure.png')
        return text


def _told(failures: Sequence[str], missing: Iterable[Cell]) -> list[str]:
    """What failed, and what could not be tried for it."""
    names = [cell.name for cell in missing]
    failed = {failure.split()[0] for failure in failures}
    rest = [name for name in names if name not in failed]
    skipped = [f'{len(rest)} cells: {", ".join(rest)}'] if rest else []
    return [*failures, *skipped]
