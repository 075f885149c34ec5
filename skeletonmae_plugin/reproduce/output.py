"""Files of a table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..study.run import RowResult, Study
from ..whole_files import write_json, write_text
from .figure import draw
from .report import markdown, notes, table_rows
from .rows import Line


@dataclass(frozen=True)
class Amount:
    """What tells a table from others of the same question.

    Args:
        set_name: The set.
        protocol: Which of its splits, see ``paper.protocol``.
        recipe: Of ``label_efficiency.RECIPES``.
        epochs: Times the epochs.
        name: Of the options that all rows have.
    """

    set_name: str
    protocol: str
    recipe: str = 'paper'
    epochs: float = 1.0
    name: str = ''

    def stem(self, table: str) -> str:
        """Beginning of the names of a table's files."""
        scale = '' if self.epochs == 1 else f'_x{self.epochs:g}'
        return '_'.join(self._words(table)) + scale

    def place(self, table: str) -> str:
        """Its place in the page: one for any number of epochs."""
        return ' '.join(self._words(table)).replace('_', ' ')

    def _words(self, table: str) -> list[str]:
        recipe = '' if self.recipe == 'paper' else self.recipe
        words = (table, self.set_name, self.protocol, recipe, self.name)
        return [word for word in words if word]


def require_same_question(study: Study, path: Path) -> None:
    """Refuse to write over the table of another question.

    Args:
        study: Set and amount.
        path: Of the table's files, without their end.

    Raises:
        ValueError: If a table is there that asks something else.
    """
    file = _with_end(path, '.json')
    if not file.is_file():
        return
    kept = json.loads(file.read_text('utf-8'))['question']
    asked = json.loads(json.dumps(study.spec.to_json()))
    other = sorted(
        key
        for key in kept.keys() | asked.keys()
        if kept.get(key) != asked.get(key)
    )
    if other:
        raise ValueError(
            f'{file}: holds the table of another question (differs in '
            f'{", ".join(other)}); give this one another --name or --out'
        )


def write_table(
    study: Study,
    set_name: str,
    lines: Sequence[Line],
    results: Sequence[RowResult],
    path: Path,
    remarks: Sequence[str] = (),
) -> str:
    """Write the JSON, the Markdown and the figure of a table.

    Args:
        study: Set and amount.
        set_name: The set.
        lines: Of the table.
        results: What each has given.
        path: Of the files, without their end.
        remarks: Further notes.

    Returns:
        The Markdown.
    """
    rows = table_rows(study, lines, results)
    content = dict(
        set=set_name,
        question=study.spec.to_json(),
        rows=rows,
        missing={
            one.row.name: [cell.name for cell in one.missing]
            for one in results
            if one.missing
        },
    )
    write_json(_with_end(path, '.json'), content)
    text = markdown(study, set_name, rows, [*notes(study, rows), *remarks])
    write_text(_with_end(path, '.md'), text)
    file = _with_end(path, '.png')
    draw(rows, set_name, study.spec.train_split, _title(study, path), file)
    return text


def _title(study: Study, path: Path) -> str:
    """What a figure must tell where it is seen without its table."""
    spec, seeds = study.spec, len(study.plan.seeds)
    text = (
        f'{path.name}\n{len(study.train.ids)} clips of {spec.train_split}, '
        f'{seeds} seed{"s" if seeds > 1 else ""}'
    )
    if spec.epochs != 1:
        text += f', REDUCED: {spec.epochs:g} times the epochs'
    return text


def _with_end(path: Path, end: str) -> Path:
    """A factor in the name has a dot."""
    return path.with_name(f'{path.name}{end}')
