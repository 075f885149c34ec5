"""Files of a table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..study.run import RowResult, Study
from ..whole_files import write_json, write_text
from .figure import draw
from .report import markdown, notes, table_rows
from .rows import Line


def stem(table: str, set_name: str, recipe: str, epochs: float) -> str:
    """Name of a table's files; of another amount it is another name."""
    name = f'{table}_{set_name}'
    if recipe != 'paper':
        name += f'_{recipe}'
    return name if epochs == 1 else f'{name}_x{epochs:g}'


def write_table(
    study: Study,
    set_name: str,
    lines: Sequence[Line],
    results: Sequence[RowResult],
    path: Path,
) -> str:
    """Write the JSON, the Markdown and the figure of a table.

    Args:
        study: Set and amount.
        set_name: The set.
        lines: Of the table.
        results: What each has given.
        path: Of the files, without their end.

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
    text = markdown(study, set_name, rows, notes(study, rows))
    write_text(_with_end(path, '.md'), text)
    file = _with_end(path, '.png')
    draw(rows, set_name, study.spec.train_split, path.name, file)
    return text


def _with_end(path: Path, end: str) -> Path:
    """A factor in the name has a dot."""
    return path.with_name(f'{path.name}{end}')
