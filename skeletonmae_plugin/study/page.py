"""Tables in their places in docs/study.md."""

from __future__ import annotations

import re
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
