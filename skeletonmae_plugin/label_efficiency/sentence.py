"""The answer in one sentence."""

from __future__ import annotations

from collections.abc import Sequence

from .results import Group, diverged, weak_scratch
from .statistics import Difference, label_factor

#: Arms that are told of -> what they owe to.
_TOLD = {
    'pretrained': 'pre-training',
    'spread': 'pre-training with labels spread to the other training clips',
}


def answer(groups: Sequence[Group], transductive: bool = False) -> str:
    """What pre-training does at each number of labels.

    All of them are told, the good and the bad.

    Args:
        groups: See ``group_results``.
        transductive: Whether pre-training has seen the test clips.
    """
    curve = {g.num_labels: g.mean for g in groups if g.arm == 'scratch'}
    parts = [
        _part(group, group.difference, curve)
        for group in groups
        if group.arm in _TOLD and group.difference is not None
    ]
    if not parts:
        return (
            'Nothing can be said: scratch is needed, and pretrained or spread.'
        )
    compared = [g for g in groups if g.arm == 'scratch' or g.arm in _TOLD]
    doubts = [*weak_scratch(groups), *diverged(compared)]
    if transductive:
        parts.append(
            'transductive: pre-training has seen the clips of the test'
        )
    text = '; '.join([*parts, *(f'but {doubt}' for doubt in doubts)])
    return f'{text[0].upper()}{text[1:]}.'


def _part(group: Group, found: Difference, curve: dict[int, float]) -> str:
    where, cause = f'with {group.num_labels} labels, ', _TOLD[group.arm]
    interval = interval_text(found)
    points = 100 * found.mean
    if found.includes_zero:
        return (
            f'{where}no effect of {cause} is shown ({points:+.1f} '
            f'points, {interval})'
        )
    if found.mean < 0:
        return f'{where}{cause} costs {-points:.1f} points ({interval})'
    text = f'{where}{cause} adds {points:.1f} points ({interval})'
    factor = label_factor(curve, group.num_labels, group.mean)
    # Scratch needs the more labels for it; a curve that falls says nothing.
    if factor is not None and factor > 1:
        text += f', like having {factor:.1f} times the labels'
    return text


def interval_text(found: Difference) -> str:
    """The interval, and what it leaves out."""
    text = f'95 % interval {100 * found.low:.1f} to {100 * found.high:.1f}'
    if 'label subsets' not in found.over:
        text += ' over test clips alone: one label subset'
    return text
