"""Rows one after another, kept in a file as soon as they are measured."""

import json
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import torch

from ..engine.hooks.keep_memory_hook import keep_freed_memory
from ..whole_files import write_json
from .bench import Bench
from .machine import commit, load_average, machine_facts, versions
from .result import BenchmarkError, Result
from .rows import ROWS

Track = Callable[[Sequence[str]], Iterable[str]]


def run_rows(
    bench: Bench,
    names: Sequence[str],
    file: Path,
    quick: bool = False,
    track: Track = iter,
) -> dict[str, Any]:
    """Measure what ``file`` does not hold yet.

    A run may be killed and started again: rows that were measured with the
    same settings, versions and commit stay, all else is measured anew.

    Args:
        bench: The surroundings.
        names: Rows, keys of ``ROWS``.
        file: JSON; written whole after each row.
        quick: Whether the sizes are those of a trial, which the file tells.
        track: Wraps the rows, to show progress.

    Returns:
        The content of the file.

    Raises:
        ValueError: If a name is unknown.
    """
    unknown = [name for name in names if name not in ROWS]
    if unknown:
        raise ValueError(f'no row {unknown[0]!r}; there are {", ".join(ROWS)}')
    head = header(bench, quick)
    content = _kept(file, head)
    todo = [name for name in names if not _is_done(content, name)]
    for name in track(todo):
        content.update(measure(bench, name, head))
        write_json(file, content)
    return content


def header(bench: Bench, quick: bool) -> dict[str, Any]:
    """What holds for all rows of a file."""
    return dict(
        format=1,
        machine=machine_facts(bench.device),
        versions=versions(),
        commit=commit(bench.root),
        settings=dict(
            set=bench.set,
            quick=quick,
            device=bench.device.type,
            threads=bench.threads,
            batch_size=bench.sizes.batch_size,
        ),
    )


def measure(bench: Bench, name: str, head: dict) -> dict[str, dict]:
    """The entries of one row; a row that fails says why."""
    # Models of other rows would use up the compiler's variants of a function.
    torch._dynamo.reset()
    if bench.device.type == 'cpu':
        keep_freed_memory()  # as our trainings do, for both sides
    load, start = load_average(), time.perf_counter()
    try:
        results = ROWS[name](bench)
    except BenchmarkError as error:
        results = [Result(name, name, note=f'not measured: {error}')]
    except Exception as error:
        # The rows behind it may have taken an hour to come to.
        first = str(error).partition('\n')[0]
        note = f'failed: {type(error).__name__}: {first}'
        details = dict(traceback=traceback.format_exc())
        results = [Result(name, name, note=note, details=details)]
    seconds = time.perf_counter() - start
    return {
        result.key: dict(
            result.as_json(),
            row=name,
            threads=result.threads or bench.threads,
            device=bench.device.type,
            commit=head['commit'],
            load_average=load,
            seconds=round(seconds, 1),
        )
        for result in results
    }


def row_entries(content: dict[str, Any]) -> dict[str, dict]:
    """The entries of rows among the rest of a file."""
    return {
        key: entry
        for key, entry in content.items()
        if isinstance(entry, dict) and 'row' in entry
    }


def failed(content: dict[str, Any]) -> list[str]:
    """Keys of the rows that broke, not of those that cannot be measured."""
    return [
        key
        for key, entry in row_entries(content).items()
        if entry['note'].startswith('failed')
    ]


def _kept(file: Path, head: dict[str, Any]) -> dict[str, Any]:
    """The header and the rows of the file that go with it."""
    if not file.exists():
        return dict(head)
    try:
        old = json.loads(file.read_text())
    except ValueError as error:
        raise ValueError(
            f'{file}: expected JSON that this tool has written, got '
            f'{error}; remove it, or name another file'
        ) from error
    # After an edit that is in no commit, or without a history, the code may
    # be any.
    now = head['commit']
    known = now != 'unknown' and not now.endswith('-dirty')
    same = known and all(old.get(key) == value for key, value in head.items())
    return {**head, **row_entries(old)} if same else dict(head)


def _is_done(content: dict[str, Any], name: str) -> bool:
    entries = [
        entry
        for entry in row_entries(content).values()
        if entry['row'] == name
    ]
    return any(entry['value'] is not None for entry in entries)
