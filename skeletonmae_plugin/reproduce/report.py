"""What a table says: rows for JSON, and Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..label_efficiency.results import Group
from ..label_efficiency.statistics import (
    Difference,
    caveat,
    few_of,
    mean_and_std,
    percent_cell,
    points_cell,
    summarise,
)
from ..study.run import RowResult, Study
from .paper import ABLATED, published
from .rows import Line

#: Axes of ``statistics.summarise``, and what they are here.
_AXES = ('label subsets', 'test clips')
_NAMED = ('seeds', 'test clips')
#: Set -> its name in words.
_NAMES = {ABLATED: 'FineGym'}


def paired_difference(group: Group, first: Group) -> Difference | None:
    """How much better a row is than another, seed by seed.

    Args:
        group: Cells of the row; each seed has one.
        first: Those of the other, of the same test clips.

    Returns:
        In 0..1, with its interval. None if they have no seed in common.
    """
    ours, theirs = (
        {seed: hits for (seed, _), hits in one.hits.items()}
        for one in (group, first)
    )
    seeds = sorted(ours.keys() & theirs.keys())
    if not seeds:
        return None
    pairs = [ours[s].astype(float) - theirs[s] for s in seeds]
    found = summarise(np.array(pairs)[:, None])
    # A seed is a training here; all learn from the same labels.
    over = tuple(dict(zip(_AXES, _NAMED, strict=True))[x] for x in found.over)
    return replace(found, over=over)


def table_rows(
    study: Study, lines: Sequence[Line], results: Sequence[RowResult]
) -> list[dict[str, Any]]:
    """All numbers of a table, a dict a row; accuracies in 0..1.

    Args:
        study: Set and amount.
        lines: Of the table.
        results: What each has given.

    Returns:
        Rows that have not been run have None in the place of numbers.
    """
    first = results[0].groups[0] if results[0].groups else None
    return [
        _row(study, line, one, first)
        for line, one in zip(lines, results, strict=True)
    ]


def _row(
    study: Study, line: Line, one: RowResult, first: Group | None
) -> dict[str, Any]:
    group = one.groups[0] if one.groups else None
    row: dict[str, Any] = dict(
        row=line.row.name,
        arm=line.row.arms[0],
        pretrain_on=line.row.pretrain_on,
        paper=dict(line.paper),
        num_seeds=0 if group is None else len(group.top1),
        asked_seeds=len(study.plan.seeds),
        pretrain_options=one.pretrain_options,
        train_options=one.train_options,
    )
    if group is None:
        names = ('top1', 'std', 'mean_class_accuracy', 'mean_class_std')
        return row | dict.fromkeys((*names, *_MORE))
    top1, std = mean_and_std(group.top1)
    mean_class, mean_class_std = mean_and_std(group.mean_class)
    found = None
    if first is not None and first is not group:
        # What is guessed after a divergence says nothing of a method.
        if not (first.diverged or group.diverged):
            found = paired_difference(group, first)
    return row | dict(
        top1=top1,
        std=std,
        mean_class_accuracy=mean_class,
        mean_class_std=mean_class_std,
        diverged=group.diverged,
        updates=group.updates,
        seconds=float(np.mean(group.seconds)),
        pretrain_seconds=(
            float(np.mean(one.pretrain_seconds))
            if one.pretrain_seconds
            else None
        ),
        minus_first=None
        if found is None
        else dict(
            mean=found.mean,
            low=found.low,
            high=found.high,
            over=list(found.over),
        ),
    )


#: Numbers of a row beside its accuracies.
_MORE = ('diverged', 'updates', 'seconds', 'pretrain_seconds', 'minus_first')


def markdown(
    study: Study,
    set_name: str,
    rows: Sequence[Mapping[str, Any]],
    notes: Sequence[str],
) -> str:
    """A line a row, the paper's number beside ours.

    Args:
        study: Set and amount.
        set_name: The set.
        rows: See ``table_rows``.
        notes: Lines below the table.
    """
    heads = (
        'row',
        'paper',
        'top-1 %',
        'class mean %',
        'minus the first row',
        'seeds',
        'updates',
        's pre-training + training',
    )
    lines = [f'| {" | ".join(heads)} |', '|---' * len(heads) + '|']
    for row in rows:
        cells = [
            row['row'],
            _published(study, set_name, row),
            _percent(row, 'top1', 'std'),
            _percent(row, 'mean_class_accuracy', 'mean_class_std'),
            _points(row['minus_first']),
            f'{row["num_seeds"]} of {row["asked_seeds"]}',
            '' if row['updates'] is None else str(row['updates']),
            _seconds(row),
        ]
        lines.append(f'| {" | ".join(cells)} |')
    lines += ['', *(f'- {note}' for note in notes)]
    return '\n'.join(lines) + '\n'


def _published(study: Study, set_name: str, row: Mapping[str, Any]) -> str:
    found = published(row['paper'], set_name, study.spec.train_split)
    if found is None:
        return '-'
    number, of = found
    own = of.split()[0] == set_name
    return f'{number:.1f}' + ('' if own else f' ({_NAMES[of]})')


def _percent(row: Mapping[str, Any], key: str, std: str) -> str:
    if row[key] is None:
        return 'not run'
    text = percent_cell(row[key], row[std])
    if row['diverged']:
        text += f' (diverged: {row["diverged"]})'
    return text


def _points(found: Mapping[str, Any] | None) -> str:
    if found is None:
        return ''
    return points_cell(*(found[key] for key in ('mean', 'low', 'high')))


def _seconds(row: Mapping[str, Any]) -> str:
    if row['seconds'] is None:
        return ''
    before = row['pretrain_seconds']
    start = '' if before is None else f'{before:.0f} + '
    return f'{start}{row["seconds"]:.0f}'


def notes(study: Study, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """What must be known to read a table."""
    spec = study.spec
    recipe = (
        'the literal recipe (`configs/*_paper.py`; its augmentation is ours)'
        if spec.recipe == 'paper'
        else 'the default recipe'
    )
    found = [
        f'Rows are options of {recipe}; all labels of {spec.train_split} '
        f'({len(study.train.ids)} clips), tested on the '
        f'{len(study.test.ids)} clips of {spec.test_split} after the last '
        'epoch.' + _of_seeds(study),
        'The paper has FineGym as a mean over classes, other sets as top-1, '
        'and says nothing of seeds. A number of another set is there for the '
        'order of the rows, not for their height.',
        *_of_differences(rows),
    ]
    if spec.epochs != 1:
        found.append(f'REDUCED: {spec.epochs:g} times the epochs.')
    if any(row['diverged'] for row in rows):
        found.append(
            'DIVERGED: of so many seeds the scores are no numbers any more; '
            'the accuracy is that of the class that is then guessed, and no '
            'difference to it is told.'
        )
    missing = [
        row['row'] for row in rows if row['num_seeds'] < row['asked_seeds']
    ]
    if missing:
        found.append(f'MISSING: {"; ".join(missing)}.')
    return found


def _of_seeds(study: Study) -> str:
    number = len(study.plan.seeds)
    if number == 1:
        return ' One seed: of other seeds nothing is known.'
    return (
        f' ± is the standard deviation over {number} seeds, each with a '
        'pre-training of its own.'
    )


def _of_differences(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the intervals of a table are of; nothing where it has none."""
    found = [row['minus_first'] for row in rows if row['minus_first']]
    if not found:
        return []
    over = dict.fromkeys(name for one in found for name in one['over'])
    text = (
        'Differences are of top-1, in points, paired by seed and clip, with '
        f'the 95 % interval of a bootstrap over {" and ".join(over)}'
    )
    seeds = min(row['asked_seeds'] for row in rows)
    return [f'{text}. {caveat(few_of(dict(seeds=seeds)))}']
