"""The tables, in Markdown."""

from collections.abc import Iterable
from typing import Any

from .run import row_entries


def markdown(content: dict[str, Any]) -> str:
    """Everything that a file of the benchmark says, as Markdown.

    Args:
        content: Of the JSON file.

    Returns:
        On what it was measured, the table of rows, and a table of the sides
        of each comparison.
    """
    entries = row_entries(content)
    parts = [_machine(content), _rows(entries)]
    for key, entry in entries.items():
        sides = entry['details'].get('sides')
        # Results of one row share their sides.
        if sides and key == entry['row']:
            parts.append(_sides(key, entry, sides))
        if 'curve' in entry['details']:
            parts.append(_curve(key, entry['details']))
    if 'start_up' in entries and entries['start_up']['details']:
        parts.append(_start_up(entries['start_up']['details']))
    parts += [_notes(entries)]
    return '\n\n'.join(filter(None, parts)) + '\n'


def _machine(content: dict[str, Any]) -> str:
    machine, settings = content['machine'], content['settings']
    where = machine.get('gpu') or machine['processor']
    sizes = 'trial sizes (--quick), ' if settings['quick'] else ''
    versions = ', '.join(f'{k} {v}' for k, v in content['versions'].items())
    memory = machine['memory_gb']
    memory = 'unknown memory' if memory is None else f'{memory} GB'
    return (
        f'{where}, {machine["usable_cores"]} cores, '
        f'{memory}; {sizes}configs of '
        f'`{settings["set"]}`, {settings["threads"]} threads, commit '
        f'{content["commit"]}. {versions}.'
    )


def _rows(entries: dict[str, dict]) -> str:
    rows = []
    for key, entry in entries.items():
        bound = '<=' if entry['at_most'] else '>='
        goal = '' if entry['goal'] is None else f'{bound} {entry["goal"]:g}'
        reached = {True: 'yes', False: 'no', None: ''}[entry['reached']]
        rows.append(
            (
                f'`{key}`',
                entry['title'],
                _number(entry['value'], entry['unit']),
                _span(entry['spread'], _form(entry['value'])),
                goal,
                reached,
                entry['dtype'],
                str(entry['repetitions']),
                str(entry['threads']),
            )
        )
    head = (
        'key',
        'what',
        'median',
        'quartiles',
        'goal',
        'reached',
        'dtype',
        'n',
        'threads',
    )
    return table(head, rows)


def _sides(key: str, entry: dict, sides: dict[str, dict]) -> str:
    units = [
        name.removesuffix('_per_s')
        for name in next(iter(sides.values()))
        if name.endswith('_per_s')
    ]
    rows = []
    for name, side in sides.items():
        rates: list[str] = []
        for unit in units:
            rate = side[f'{unit}_per_s']
            rates += [
                f'{rate["median"]:,.0f}',
                _span([rate['q1'], rate['q3']], ',.0f'),
            ]
        memory = side.get('peak_memory_mb')
        added = '' if memory is None else f'{memory:,.0f}'
        rows.append((name, f'{side["ms"]:.2f}', *rates, added))
    for name, reason in entry['details'].get('not_measured', {}).items():
        blank = [''] * (2 * len(units))
        rows.append((name, 'not measured', reason, *blank))
    columns = [c for unit in units for c in (f'{unit}/s', 'quartiles')]
    head = ('side', 'ms', *columns, 'added GPU memory, MB')
    return f'`{key}`:\n\n' + table(head, rows)


def _curve(key: str, details: dict[str, Any]) -> str:
    rows = [
        (size, f'{point["median"]:.3g}', _span([point['q1'], point['q3']]))
        for size, point in details['curve'].items()
    ]
    what = key.removeprefix('growth_')
    return f'`{key}`:\n\n' + table((what, details['unit'], 'quartiles'), rows)


def _start_up(details: dict[str, Any]) -> str:
    rows = [
        (clips, name, f'{times["median"]:.3g}')
        for clips, files in details['seconds'].items()
        for name, times in files.items()
    ]
    head = ('clips', 'file', 's to the first batch')
    return '`start_up`:\n\n' + table(head, rows)


def _notes(entries: dict[str, dict]) -> str:
    return '\n'.join(
        f'- `{key}`: {entry["note"]}'
        for key, entry in entries.items()
        if entry['note']
    )


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    head = list(head)
    lines = [head, ['---'] * len(head), *map(list, rows)]
    return '\n'.join(
        '| ' + ' | '.join(cell.replace('|', '\\|') for cell in line) + ' |'
        for line in lines
    )


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return 'not measured'
    sign = 'x' if unit == 'ratio' else f' {unit}'
    return f'{value:{_form(value)}}{sign}'


def _form(value: float | None) -> str:
    """Three digits, or more before the point."""
    return '.3g' if value is None or value < 1000 else ',.0f'


def _span(quartiles: list[float] | None, form: str = '.3g') -> str:
    if quartiles is None:
        return ''
    return f'{quartiles[0]:{form}} to {quartiles[1]:{form}}'
