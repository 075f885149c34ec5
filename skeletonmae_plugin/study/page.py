"""Tables in their places in docs/study.md."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ..whole_files import write_text

#: After a table.
END = '<!-- end of table -->'


def fill(page: Path, name: str, table: str) -> None:
    """Put a table between its marker and the next ``END``.

    Args:
        page: Markdown file.
        name: What its marker names: ``<!-- table: parts nwucla -->``.
        table: Markdown.

    Raises:
        ValueError: If the page has no such place.
    """
    text = page.read_text('utf-8')
    marker = f'<!-- table: {name} -->'
    place = re.compile(
        f'(?<={re.escape(marker)}\n)(?:(?!<!-- table: ).)*?(?={END})', re.S
    )
    if len(place.findall(text)) != 1:
        raise ValueError(
            f'{page}: expected one place {marker} with {END} after it, got '
            f'{len(place.findall(text))}; write the two lines where the '
            'table is to stand'
        )
    filled = place.sub(lambda _: f'\n{table}\n', text)
    write_text(page, filled)


def finished_table(path: Path, unfinished: Sequence[str]) -> str:
    """A table that may be printed.

    Args:
        path: Its Markdown file.
        unfinished: Words that stand in the table of a run that is not done.

    Raises:
        ValueError: If one of them does.
        FileNotFoundError: If there is no such file.
    """
    if not path.is_file():
        raise FileNotFoundError(
            f'{path}: no such table; make it first, without --write-docs'
        )
    text = path.read_text('utf-8')
    if any(word in text for word in unfinished):
        raise ValueError(
            f'{path}: is not complete or a trial; finish it before it is '
            'printed'
        )
    return text
