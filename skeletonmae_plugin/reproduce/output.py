"""Files of a table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..study.run import RowResult, Study
from ..whole_files import write_json, write_text
from .figure import draw
from .report import markdown, notes, table_rows
from .rows import Line


def stem(
    table: str, set_name: str, recipe: str, epochs: float, name: str = ''
) -> str:
    """Beginning of the names of a table's files.

    Args:
        table: Of ``TABLES``.
        set_name: The set.
        recipe: Of ``label_efficiency.RECIPES``.
        epochs: Times the epochs.
        name: Of the options that all rows have.
    """
    words = [table, set_name]
    if recipe != 'paper':
        words.append(recipe)
    if name:
        words.append(name)
    if epochs != 1:
        words.append(f'x{epochs:g}')
    return '_'.join(words)


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
    draw(rows, set_name, study.spec.train_split, path.name, file)
    return text


def _with_end(path: Path, end: str) -> Path:
    """A factor in the name has a dot."""
    return path.with_name(f'{path.name}{end}')
