"""Tables in docs/reproduce.md, and which of them there are."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from ..study.page import END, fill, finished_table
from .hours import in_words
from .output import stem
from .paper import SETS
from .rows import TABLES

#: Name of the place of the overview.
OVERVIEW = 'overview'
_NAMES = dict(
    finegym='FineGym', diving48='Diving48', ntu60='NTU 60', ntu120='NTU 120'
)
_NOT_RUN = 'not run here (needs a GPU and the data)'


def write_docs(
    page: Path,
    out: Path,
    table: str,
    set_name: str,
    recipe: str,
    epochs: float,
    name: str = '',
) -> None:
    """Put a finished table into the page, and say so in its overview.

    Args:
        page: Markdown file.
        out: Folder of all results.
        table: Of ``TABLES``.
        set_name: The set.
        recipe: Of ``label_efficiency.RECIPES``.
        epochs: Times the epochs that it was made with.
        name: Of the options that all rows have.

    Raises:
        ValueError: If the page has no place for it, or cells are missing.
        FileNotFoundError: If it is not finished.
    """
    path = out / f'{stem(table, set_name, recipe, epochs, name)}.md'
    text = finished_table(path, unfinished=('MISSING',))
    # Of any amount it has one place, and says itself if it is reduced.
    place = stem(table, set_name, recipe, 1, name).replace('_', ' ')
    fill(page, place, text)
    write_overview(page, out)


def write_overview(page: Path, out: Path) -> None:
    """Say in the page which tables it has, and the hours of the others.

    Args:
        page: Markdown file.
        out: Folder of all results, with the estimates.

    Raises:
        ValueError: If the page has no place for it.
    """
    text = overview(page.read_text('utf-8'), read_hours(out))
    fill(page, OVERVIEW, text)


def overview(text: str, hours: Mapping[tuple[str, str], list[str]]) -> str:
    """A line a table: the sets that it was made on, and the paper's four.

    Args:
        text: Of the page.
        hours: (table, set) -> estimates, in words.
    """
    heads = ['table', 'question', 'run here on', *_NAMES.values()]
    lines = [f'| {" | ".join(heads)} |', '|---' * len(heads) + '|']
    for table, make in TABLES.items():
        done = filled(text, table)
        cells = [
            f'`{table}`',
            (make.__doc__ or '').splitlines()[0],
            ', '.join(name for name in done if name not in SETS) or 'none yet',
        ]
        for name in SETS:
            words = ['run' if name in done else _NOT_RUN]
            cells.append('; '.join([*words, *hours.get((table, name), [])]))
        lines.append(f'| {" | ".join(cells)} |')
    return '\n'.join(lines) + '\n'


def filled(text: str, table: str) -> list[str]:
    """Sets of which the page has a table, in its order.

    Args:
        text: Of the page.
        table: Of ``TABLES``.
    """
    places = re.findall(
        f'<!-- table: {table.replace("_", " ")} (.+?) -->\n(.*?){END}',
        text,
        re.S,
    )
    return [name for name, content in places if content.strip()]


def hours_file(out: Path, name: str, device: str) -> Path:
    """Where an estimate lies.

    Args:
        out: Folder of all results.
        name: See ``stem``.
        device: That it was made on, 'cpu' for instance.
    """
    return out / 'hours' / f'{name}_{device}.json'


def read_hours(out: Path) -> dict[tuple[str, str], list[str]]:
    """All estimates of the literal recipe with all epochs, in words."""
    found: dict[tuple[str, str], list[str]] = {}
    for table in TABLES:
        for name in SETS:
            for device in ('cuda', 'cpu'):
                path = hours_file(out, stem(table, name, 'paper', 1), device)
                if path.is_file():
                    content = json.loads(path.read_text('utf-8'))
                    words = f'about {in_words(content)}'
                    found.setdefault((table, name), []).append(words)
    return found
