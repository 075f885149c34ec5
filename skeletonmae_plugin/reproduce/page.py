"""Tables in docs/reproduce.md, and which of them there are."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..study.page import END, fill, finished_table
from .hours import in_words
from .output import Amount
from .paper import SETS
from .rows import TABLES

#: Name of the place of the overview.
OVERVIEW = 'overview'
_NAMES = dict(
    finegym='FineGym', diving48='Diving48', ntu60='NTU 60', ntu120='NTU 120'
)
_NOT_RUN = 'not run here (needs a GPU and the data)'


def write_docs(page: Path, out: Path, table: str, amount: Amount) -> None:
    """Put a finished table into the page.

    Args:
        page: Markdown file.
        out: Folder of all results.
        table: Of ``TABLES``.
        amount: That it was made with.

    Raises:
        ValueError: If the page has no place for it, or cells are missing.
        FileNotFoundError: If it is not finished.
    """
    path = out / f'{amount.stem(table)}.md'
    fill(page, amount.place(table), finished_table(path, ('MISSING',)))


def write_overview(page: Path, out: Path) -> None:
    """Say in the page which tables it has, and the hours of the others.

    Hours that the page tells already stay, where the folder has no estimate
    of the same table, protocol and machine.

    Args:
        page: Markdown file.
        out: Folder of all results, with the estimates.

    Raises:
        ValueError: If the page has no place for it.
    """
    text = page.read_text('utf-8')
    hours = told_hours(text)
    for key, words in read_hours(out).items():
        others = _of_others(hours.get(key, []), words)
        hours[key] = sorted([*words, *others])
    fill(page, OVERVIEW, overview(text, hours))


def _of_others(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """Hours of protocols and machines that the new ones do not speak of."""
    known = {_subject(words) for words in new}
    return [words for words in old if _subject(words) not in known]


def _subject(words: str) -> tuple[str, ...]:
    """Protocol and machine of 'xsub: about 9 h on two cores (3 seeds)'."""
    found = re.match(r'(.+?): .+ h on (.+?) \(', words)
    return found.groups() if found else (words,)


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
            ', '.join(one for one in done if one.split()[0] not in SETS)
            or 'none yet',
        ]
        for name in SETS:
            ran = [one for one in done if one.split()[0] == name]
            words = [f'run: {", ".join(ran)}' if ran else _NOT_RUN]
            cells.append('; '.join([*words, *hours.get((table, name), [])]))
        lines.append(f'| {" | ".join(cells)} |')
    return '\n'.join(lines) + '\n'


def told_hours(text: str) -> dict[tuple[str, str], list[str]]:
    """Hours that the overview of a page tells, in words.

    Args:
        text: Of the page.
    """
    found = {}
    for line in text.splitlines():
        table, *cells = (cell.strip() for cell in line.strip('|').split('|'))
        if len(cells) == 2 + len(SETS) and table.strip('`') in TABLES:
            for name, cell in zip(SETS, cells[2:], strict=True):
                _, *hours = cell.split('; ')
                if hours:
                    found[table.strip('`'), name] = hours
    return found


def filled(text: str, table: str) -> list[str]:
    """What the page has a table of, in its order, such as 'ntu60 xsub'.

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


def hours_file(out: Path, stem: str, device: str) -> Path:
    """Where an estimate lies.

    Args:
        out: Folder of all results.
        stem: Of the table, see ``Amount.stem``.
        device: That it was made on, 'cpu' for instance.
    """
    return out / 'hours' / f'{stem}_{device}.json'


def read_hours(out: Path) -> dict[tuple[str, str], list[str]]:
    """All estimates of the literal recipe with all epochs, in words."""
    found: dict[tuple[str, str], list[str]] = {}
    for path in sorted((out / 'hours').glob('*.json')):
        content = json.loads(path.read_text('utf-8'))
        amount = Amount(**content['amount'])
        if amount == Amount(amount.set_name, amount.protocol):
            words = f'{amount.protocol}: about {in_words(content)}'
            key = content['table'], amount.set_name
            found.setdefault(key, []).append(words)
    return found
