"""Rows of a table, computed side by side."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..datasets.folder_lock import only_writer
from ..label_efficiency.bar import CellBar
from ..label_efficiency.cells import Cell, group_cells
from ..label_efficiency.clips import Clips, choose_subsets
from ..label_efficiency.configs import CONFIGS, load_config, recipe_checksum
from ..label_efficiency.fitting import require_weights
from ..label_efficiency.folder import Folder
from ..label_efficiency.job import Job
from ..label_efficiency.launching import Launcher
from ..label_efficiency.results import Group, group_results, of_clips
from ..label_efficiency.run import Comparison, Plan
from ..label_efficiency.running import require_libraries, run_jobs
from ..label_efficiency.spec import Spec, given_weights
from .options import resolve
from .sharing import Shelf
from .tables import Row


@dataclass(frozen=True)
class Study:
    """A set, and how much of it is done for each row.

    Args:
        spec: The question without a row's options and recipes; its options
            are those of the set.
        plan: Fractions and seeds; a row brings its arms.
        train: Clips of the training split.
        test: Clips of the test split.
        configs: Folder of the configs.
        sources: Other sets that rows pre-train on, by name.
        launcher: Starts each training as a command of its own. None: it runs
            within its process.
        ignored: Names of test clips that count in no table.
    """

    spec: Spec
    plan: Plan
    train: Clips
    test: Clips
    configs: Path
    sources: Mapping[str, Study] = field(default_factory=dict)
    launcher: Launcher | None = None
    ignored: Collection[str] = frozenset()


@dataclass(frozen=True)
class RowResult:
    """What a row has given.

    Args:
        row: The row.
        groups: Cells by fraction and arm.
        missing: Cells that are not there.
        pretrain_options: Plain options of its pre-training.
        train_options: Likewise of its trainings with labels.
        pretrain_seconds: Of each of its pre-trainings that is there.
        recipes: Checksum of each config, and of what it begins with.
        weights: Name and checksum of weights that were given.
    """

    row: Row
    groups: list[Group]
    missing: list[Cell]
    pretrain_options: dict[str, Any]
    train_options: dict[str, Any]
    pretrain_seconds: list[float] = field(default_factory=list)
    recipes: dict[str, str] = field(default_factory=dict)
    weights: dict[str, str | None] = field(default_factory=dict)


def row_spec(study: Study, row: Row) -> Spec:
    """The question of a row.

    Raises:
        ValueError: If a config has no place for an option.
        FileNotFoundError: If weights are not there, or not shipped for the
            set's clips.
    """
    spec, configs = study.spec, study.configs
    weights, checksum = given_weights(
        row.pretrained, spec.layout, spec.in_channels
    )
    spec = replace(
        spec,
        recipe=row.recipe,
        pretrained=weights,
        pretrained_checksum=checksum,
        clip_len=row.clip_len or spec.clip_len,
    )
    spec = with_options(configs, spec, row.pretrain, row.train)
    if row.pretrain_on is not None:
        source = row_spec(study.sources[row.pretrain_on], source_row(row))
        spec = replace(spec, source=source.to_json())
    recipes = {kind: recipe_checksum(configs, kind, spec) for kind in CONFIGS}
    if spec.source is not None:
        recipes['pretrain'] = spec.source['recipes']['pretrain']
    return replace(spec, recipes=recipes)


def with_options(
    configs: Path,
    spec: Spec,
    pretrain: Mapping[str, Any],
    train: Mapping[str, Any],
) -> Spec:
    """A question with further options, which go before those that it has.

    Args:
        configs: Folder of the configs.
        spec: The question.
        pretrain: Of every pre-training, see ``resolve``.
        train: Of every training of STRL with labels.

    Raises:
        ValueError: If a config has no place for an option.
    """
    # An option that scratch can take, its pre-trained twin can, too.
    kinds = dict(pretrain=pretrain, scratch=train)
    found = [
        resolve(options, load_config(configs, kind, spec))
        for kind, options in kinds.items()
    ]
    return replace(
        spec,
        pretrain_options={**spec.pretrain_options, **found[0]},
        train_options={**spec.train_options, **found[1]},
    )


def source_row(row: Row) -> Row:
    """The pre-training of a row, as a row of the set that it is made on."""
    return replace(row, train={}, arms=('pretrain',), pretrain_on=None)


def run_rows(
    study: Study, rows: Sequence[Row], out: Path, processes: int
) -> tuple[list[RowResult], list[str]]:
    """Compute what is missing of some rows.

    Args:
        study: Set and amount.
        rows: The rows.
        out: Folder of the study; what is done in it is taken from there.
        processes: Trainings side by side.

    Returns:
        What each row has given, and what failed.

    Raises:
        ValueError: If two fractions give the same clips, or weights that are
            given, or that a pre-training begins with, do not fit.
        FileNotFoundError: If such weights are not there.
        RuntimeError: If another process works in the folder.
    """
    runs = out / 'runs'
    runs.mkdir(parents=True, exist_ok=True)
    with only_writer(runs):
        # Sources before the rows that wait for them.
        asked = [
            (study.sources[row.pretrain_on], source_row(row))
            for row in rows
            if row.pretrain_on is not None
        ] + [(study, row) for row in rows]
        specs = [row_spec(owner, row) for owner, row in asked]
        for (owner, row), spec in zip(asked, specs, strict=True):
            require_weights(owner.configs, spec, row.arms)
        shelf = Shelf(runs)
        lines = [
            _Line(owner, row, spec, runs, shelf)
            for (owner, row), spec in zip(asked, specs, strict=True)
        ]
        groups = [(line, group) for line in lines for group in line.groups()]
        cells = [cell for _, group in groups for cell in group]
        require_libraries(cells)
        with CellBar(cells, processes) as bar:
            failures = run_jobs(groups, lambda one: one[0].job(one[1]), bar)
        done = [line.result() for line in lines[-len(rows) :]]
        return done, failures


class _Line:
    """A row at work: a folder of its own, cells of others where it can."""

    def __init__(
        self, study: Study, row: Row, spec: Spec, runs: Path, shelf: Shelf
    ) -> None:
        self.study, self.row, self.shelf = study, row, shelf
        self.spec = spec
        text = json.dumps(self.spec.to_json(), sort_keys=True)
        self.folder = Folder(runs / f'{zlib.crc32(text.encode()):08x}')
        self.folder.claim(self.spec)
        only_pretrains = row.arms == ('pretrain',)
        arms = ('pretrained',) if only_pretrains else row.arms
        plan = replace(study.plan, arms=arms)
        subsets = choose_subsets(study.train, plan.fractions, plan.seeds)
        self.folder.write_labels(subsets)
        self.folder.write_test(study.test)
        self.cells = Comparison(
            self.spec,
            plan,
            self.folder,
            study.configs,
            len(study.train.ids),
            study.launcher,
        )
        self.wanted = (
            self.cells.pretraining if only_pretrains else self.cells.cells
        )
        shelf.claim(self.spec, self.folder, self.wanted)

    def groups(self) -> list[list[Cell]]:
        """Cells that are to be computed here, by process."""
        self.fetch(self.wanted)
        here = [
            cell
            for cell in self.folder.missing(self.wanted)
            if self.shelf.place(self.spec, cell).path == self.folder.path
        ]
        return group_cells(here)

    def fetch(self, cells: Iterable[Cell]) -> None:
        """Take what other rows have computed."""
        self.shelf.fetch(self.spec, self.folder, cells)

    def job(self, group: Sequence[Cell]) -> Job | None:
        """The job of some cells, None before all that it needs is there."""
        self.fetch({need for c in group for need in self.cells.needs(c)})
        return self.cells.job(group)

    def result(self) -> RowResult:
        """What is there."""
        table, pretraining = self.cells.table, self.cells.pretraining
        self.fetch([*table, *pretraining])
        missing = self.folder.missing(table)
        test, ignored = self.study.test, self.study.ignored
        labels = np.array(test.labels)
        kept = np.array([name not in ignored for name in test.ids])
        done = [
            (
                cell,
                of_clips(self.folder.read(cell), labels, kept),
                self.cells.folder.num_labels(cell),
            )
            for cell in table
            if cell not in missing
        ]
        return RowResult(
            self.row,
            group_results(done, labels[kept]),
            missing,
            self.spec.pretrain_options,
            self.spec.train_options,
            [
                self.folder.read(cell)['seconds']
                for cell in pretraining
                if not self.folder.missing([cell])
            ],
            self.spec.recipes,
            dict(
                pretrained=self.spec.pretrained,
                pretrained_checksum=self.spec.pretrained_checksum,
            )
            if self.spec.pretrained is not None
            else {},
        )
