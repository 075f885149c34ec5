"""The report of a file that was examined, as text and as plain values."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..datasets.checks import in_words
from .examine import Health
from .fixing import Mended
from .kinds import KINDS, Finding, Severity
from .repair import Change
from .summary import summarize

#: So many examples of a kind are printed, and so many letters of each.
_EXAMPLES, _LETTERS = 3, 160
#: Width of the longest bar, in letters.
_BAR = 30

_VERDICTS = {
    Severity.ERROR: 'training would fail',
    Severity.WARNING: 'training would mislead',
    Severity.NOTE: 'sound',
}


def report_values(
    health: Health, mended: Mended | None = None
) -> dict[str, Any]:
    """All that was found, with all names, for JSON.

    Args:
        health: A file that was examined.
        mended: The same file, mended; adds ``changes`` and ``mended``, what
            is found then.
    """
    values = dict(
        summarize(health),
        verdict=_VERDICTS[health.worst()],
        findings=[
            dict(
                kind=kind,
                severity=KINDS[kind].severity.value,
                what=KINDS[kind].what,
                count=sum(finding.count for finding in found),
                places=[_place(finding) for finding in found],
            )
            for kind, found in health.findings.items()
        ],
    )
    if mended is not None:
        values['changes'] = [_change(change) for change in mended.changes]
        values['mended'] = report_values(mended.health)
    return values


def report_text(health: Health) -> str:
    """A page: what the file holds, what was found, and a verdict."""
    return '\n'.join(
        [
            *_summary_lines(summarize(health)),
            *_finding_lines(health),
            f'verdict: {_VERDICTS[health.worst()]}',
        ]
    )


def change_lines(mended: Mended, path: Path) -> Iterator[str]:
    """Every change, and what was written."""
    for change in mended.changes:
        clip = change.finding.clip
        called = '' if clip is None else f'{clip!r}: '
        yield printable(
            f'fix: {called}{change.what} ({change.finding.kind}: '
            f'{change.finding.why})',
            2 * _LETTERS,
        )
    clips = len(mended.health.facts)
    yield printable(
        f'{path}: written, {clips} of {len(mended.before.facts)} clips, '
        f'{len(mended.changes)} changes'
    )


def printable(text: str, most: int | None = None) -> str:
    """One line of visible letters: a name in a file may hold any."""
    more = '...' if len(text) > len(text[:most]) else ''
    return ''.join(c if c.isprintable() else '?' for c in text[:most]) + more


def _change(change: Change) -> dict[str, Any]:
    return dict(
        what=change.what, kind=change.finding.kind, **_place(change.finding)
    )


def _place(finding: Finding) -> dict[str, Any]:
    place = dict(why=finding.why)
    if finding.clip is not None:
        place['clip'] = finding.clip
    if finding.split is not None:
        split = finding.split
        place['split'] = split if isinstance(split, str) else in_words(split)
    return place


def _summary_lines(values: dict[str, Any]) -> Iterator[str]:
    yield printable(
        f'{values["file"]}: {values["clips"]} clips, '
        f'{values["usable_clips"]} of them usable, {values["labelled"]} '
        f'labelled, {len(values["classes"])} classes; layout '
        f'{values["layout"]}'
    )
    for split, facts in values['splits'].items():
        line = f'split {in_words(split)}: {facts["clips"]} clips'
        if facts['classes']:
            counts = facts['classes'].values()
            line += (
                f' of {len(counts)} classes, {min(counts)} to {max(counts)} '
                'a class'
            )
        yield line
    if values['frames'] is not None:
        yield from _array_lines(values)


def _array_lines(values: dict[str, Any]) -> Iterator[str]:
    frames = values['frames']
    yield (
        f'frames: {frames["min"]} to {frames["max"]}, median '
        f'{frames["median"]:g}'
    )
    bins = zip(
        frames['edges'][:-1],
        frames['edges'][1:],
        frames['counts'],
        strict=True,
    )
    for begin, end, count in bins:
        bar = '#' * round(_BAR * count / max(frames['counts']))
        yield f'  {begin:5} to {end - 1:5} {bar:{_BAR}} {count}'
    for name in ('persons', 'coordinates', 'dtypes'):
        counts = [f'{k} in {n} clips' for k, n in values[name].items()]
        yield f'{name}: {", ".join(counts)}'
    scores = values['scores']
    if scores is not None:
        yield (
            f'scores: {scores["min"]:.3g} to {scores["max"]:.3g} in '
            f'{scores["clips"]} clips'
        )
    joints = sorted(
        values['joints'].items(), key=lambda item: -item[1]['missing']
    )
    most = [
        f'{joint} {facts["missing"]:.2%}'
        for joint, facts in joints[:3]
        if facts['missing'] >= 5e-5  # not 0.00 %
    ]
    yield f'persons are seen in {values["seen"]:.2%} of their frames'
    yield f'joints missing then: {values["missing"]:.2%}' + (
        f', most {", ".join(most)}' if most else ''
    )


def _finding_lines(health: Health) -> Iterator[str]:
    for kind, found in health.findings.items():
        count = sum(finding.count for finding in found)
        severity = KINDS[kind].severity.value
        yield f'{severity}: {count} {KINDS[kind].what} ({kind})'
        for finding in found[:_EXAMPLES]:
            clip = '' if finding.clip is None else f'{finding.clip!r}: '
            yield printable(f'  {clip}{finding.why}', _LETTERS)
        if len(found) > _EXAMPLES:
            yield f'  and {len(found) - _EXAMPLES} more'
