"""The folder of a run: what is done already, and for which question."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

from ..datasets.subsets import read_ids, write_ids
from ..whole_files import write_json
from .cells import Cell
from .clips import Clips


def _read_cell(path: Path) -> Cell:
    """The cell of a result."""
    content = json.loads(path.read_text())
    swept = path.name.startswith('sweep_')
    return Cell(
        content['arm'],
        content['fraction'],
        content['seed'],
        content['pretrain_seed'],
        # Others name the rate that was chosen for them.
        content['lr_factor'] if swept else None,
    )


class Question(Protocol):
    """All that results depend on, a ``Spec`` for one."""

    def to_json(self) -> dict[str, Any]:
        """As it is written."""


class Folder:
    """Files of a run.

    ``spec.json``, ``clips.json`` (names and labels of the test),
    ``labels/`` (names of the chosen clips), ``cells/`` (a JSON file a cell
    that is done), ``logs/`` and ``work/`` (what the processes write).

    Args:
        path: The folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()

    def claim(self, spec: Question) -> None:
        """Keep the folder for one question.

        Raises:
            ValueError: If it holds the results of another; says which.
        """
        file = self.path / 'spec.json'
        asked = spec.to_json()
        if file.exists():
            kept = json.loads(file.read_text())
            if kept != asked:
                changes = [
                    f'{key} was {kept.get(key)!r} and is {asked.get(key)!r}'
                    for key in sorted({*kept, *asked})
                    if kept.get(key) != asked.get(key)
                ]
                raise ValueError(
                    f'{self.path} holds results of another question: '
                    f'{"; ".join(changes)}. Ask as before, or give another '
                    '--out'
                )
        write_json(file, asked)

    def write_labels(
        self, subsets: Mapping[tuple[float, int], list[str]]
    ) -> None:
        """The chosen clips, a file a subset."""
        for (fraction, seed), ids in subsets.items():
            write_ids(self.labels(fraction, seed), ids)

    def labels(self, fraction: float, seed: int) -> Path:
        """File of the names of a subset."""
        return self.path / 'labels' / f'{fraction:g}_seed{seed}.json'

    def write_test(self, test: Clips) -> None:
        """Names and labels of the test, in the order of the predictions."""
        write_ids(self.test_file, test.ids)
        content = dict(ids=test.ids, labels=test.labels)
        write_json(self.path / 'clips.json', content)

    def num_labels(self, cell: Cell) -> int:
        """Number of labelled clips of a cell."""
        assert cell.fraction is not None and cell.seed is not None
        return len(read_ids(self.labels(cell.fraction, cell.seed)))

    @property
    def test_file(self) -> Path:
        """File of the names of the clips of the test."""
        return self.path / 'labels' / 'test.json'

    def test_labels(self) -> list[int]:
        """True classes of the clips of the test."""
        content = json.loads((self.path / 'clips.json').read_text())
        return [int(label) for label in content['labels']]

    def result_file(self, cell: Cell) -> Path:
        """The file that says that a cell is done."""
        return self.path / 'cells' / f'{cell.name}.json'

    def log_file(self, name: str) -> Path:
        """Where a process writes what it says."""
        return self.path / 'logs' / f'{name}.txt'

    def work_dir(self, cell: Cell) -> Path:
        """Where a training keeps its files."""
        return self.path / 'work' / cell.name

    def read(self, cell: Cell) -> dict[str, Any]:
        """The result of a cell that is done."""
        content: dict[str, Any] = json.loads(
            self.result_file(cell).read_text()
        )
        return content

    def done(self) -> list[Cell]:
        """All cells that are done, of every plan so far."""
        files = sorted((self.path / 'cells').glob('*.json'))
        cells = [(file, _read_cell(file)) for file in files]
        return [cell for file, cell in cells if file == self.result_file(cell)]

    def missing(self, cells: Iterable[Cell]) -> list[Cell]:
        """Cells that are not done."""
        return [c for c in cells if not self.result_file(c).exists()]


def require_same_question(
    questions: Mapping[Path, Mapping[str, Any]],
    but: Collection[str],
    options: str,
) -> None:
    """Refuse folders whose results do not belong in one table.

    Args:
        questions: By folder, as they are written.
        but: Fields that may differ.
        options: In words, those that may.

    Raises:
        ValueError: If another field differs from the first folder's.
    """
    first = next(iter(questions))
    for path, asked in questions.items():
        for key in sorted({*questions[first], *asked} - {*but}):
            ours, theirs = questions[first].get(key), asked.get(key)
            if ours != theirs:
                raise ValueError(
                    f'{path} asks another question than {first}: {key} is '
                    f'{theirs!r}, there {ours!r}; expected the same options '
                    f'but {options}'
                )
