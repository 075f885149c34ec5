"""What a table says: rows for JSON, and Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..label_efficiency.results import Group
from ..label_efficiency.spec import ARMS
from ..label_efficiency.statistics import (
    Difference,
    Hits,
    compare,
    mean_and_std,
    percent_cell,
    points_cell,
    summarise,
)
from .run import RowResult

#: (row, arm) -> its cells, of one fraction.
_Groups = Mapping[tuple[int, str], Group]


def compare_same(arm: Hits, base: Hits) -> Difference | None:
    """The paired difference of one arm in two rows.

    Args:
        arm: Its cells in one row.
        base: In another; the cell of the same label subset and pre-training
            seed is the partner.

    Returns:
        None if no label subset is complete in both.
    """
    pretrained = sorted({p for _, p in [*arm, *base]}, key=lambda p: p or 0)
    seeds = [
        seed
        for seed in sorted({s for s, _ in arm})
        if all((seed, p) in arm and (seed, p) in base for p in pretrained)
    ]
    if not seeds:
        return None
    pairs = [
        [arm[s, p].astype(float) - base[s, p] for p in pretrained]
        for s in seeds
    ]
    return summarise(np.array(pairs))


def table_rows(results: Sequence[RowResult]) -> list[dict[str, Any]]:
    """All numbers of a table: a dict for each fraction, row and arm.

    Args:
        results: Of the rows; differences ``minus_first`` are to the same arm
            of the first, ``minus_scratch`` to scratch of the same row, or
            of the first where a row has none.

    Returns:
        Accuracies and differences in 0..1.
    """
    fractions = sorted({g.fraction for one in results for g in one.groups})
    rows = []
    for fraction in fractions:
        groups = {
            (number, group.arm): group
            for number, one in enumerate(results)
            for group in one.groups
            if group.fraction == fraction
        }
        for number in range(len(results)):
            for arm in ARMS:
                if (number, arm) in groups:
                    rows.append(_row(results, number, arm, groups))
    return rows


def _row(
    results: Sequence[RowResult], number: int, arm: str, groups: _Groups
) -> dict[str, Any]:
    one, group = results[number], groups[number, arm]
    mean, std = mean_and_std(group.top1)
    scratch = groups.get((number, 'scratch'), groups.get((0, 'scratch')))
    first = groups.get((0, group.arm))
    minus_scratch = minus_first = None
    if scratch is not None and group.arm != 'scratch':
        minus_scratch = compare(group.hits, scratch.hits)
    if first is not None and number:
        hits: Hits = group.hits
        base: Hits = first.hits
        if one.row.pretrained is not None:
            hits = _repeat(hits, base)
        elif results[0].row.pretrained is not None:
            base = _repeat(base, hits)
        minus_first = compare_same(hits, base)
    return dict(
        row=one.row.name,
        arm=group.arm,
        fraction=group.fraction,
        num_labels=group.num_labels,
        top1=mean,
        std=std,
        mean_class_accuracy=mean_and_std(group.mean_class)[0],
        num_subsets=len({seed for seed, _ in group.top1}),
        num_pretrainings=len({p for _, p in group.top1}),
        minus_scratch=_difference(minus_scratch),
        minus_first=_difference(minus_first),
        updates=group.updates,
        lr_factor=group.lr_factor,
    )


def _repeat(given: Hits, made: Hits) -> Hits:
    """Cells of given weights, which are partners of every pre-training."""
    by_seed = {seed: hit for (seed, _), hit in given.items()}
    return {(s, p): by_seed[s] for s, p in made if s in by_seed}


def _difference(found: Difference | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return dict(
        mean=found.mean, low=found.low, high=found.high, over=list(found.over)
    )


def markdown(
    rows: Sequence[Mapping[str, Any]], notes: Sequence[str] = ()
) -> str:
    """A line for each number of labels and row.

    Args:
        rows: See ``table_rows``.
        notes: Lines below the table.
    """
    arms = [arm for arm in ARMS if any(r['arm'] == arm for r in rows)]
    heads = ['labels', 'row', *arms]
    differences = {
        'pretrained minus scratch': ('pretrained', 'minus_scratch'),
        'spread minus scratch': ('spread', 'minus_scratch'),
        'pretrained minus the first row': ('pretrained', 'minus_first'),
        'scratch minus the first row': ('scratch', 'minus_first'),
    }
    shown = {
        head: place
        for head, place in differences.items()
        # Scratch is the same in all rows, or its changes are told.
        if any(_changes(r, *place) for r in rows)
    }
    heads += shown
    lines = [f'| {" | ".join(heads)} |', '|---' * len(heads) + '|']
    places = dict.fromkeys((r['fraction'], r['row']) for r in rows)
    for fraction, name in places:
        own = {
            r['arm']: r
            for r in rows
            if (r['fraction'], r['row']) == (fraction, name)
        }
        count = next(iter(own.values()))['num_labels']
        cells = [f'{count} ({100 * fraction:g} %)', name]
        cells += [_percent(own.get(arm)) for arm in arms]
        cells += [_points(own.get(arm), key) for arm, key in shown.values()]
        lines.append(f'| {" | ".join(cells)} |')
    lines += ['', *(f'- {note}' for note in notes)]
    return '\n'.join(lines) + '\n'


def _changes(row: Mapping[str, Any], arm: str, key: str) -> bool:
    found = row[key]
    if row['arm'] != arm or found is None:
        return False
    return arm != 'scratch' or any(found[k] for k in ('mean', 'low', 'high'))


def _percent(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return '-'
    return percent_cell(row['top1'], row['std'])


def _points(row: Mapping[str, Any] | None, key: str) -> str:
    if row is None or row[key] is None:
        return ''
    return points_cell(*(row[key][k] for k in ('mean', 'low', 'high')))
