"""The answer in one sentence."""

from __future__ import annotations

from collections.abc import Sequence

from .results import Group, diverged, weak_scratch
from .statistics import ENOUGH, Difference, label_factor

#: Arms that are told of -> what they owe to.
_TOLD = {
    'pretrained': 'pre-training',
    'spread': 'pre-training with labels spread to the other training clips',
}

#: A gain that is worth less, in times the labels, is worth no words.
_WORTH_TELLING = 1.05


def answer(
    groups: Sequence[Group], transductive: bool = False, num_missing: int = 0
) -> str:
    """What pre-training does at each number of labels.

    All of them are told, the good and the bad.

    Args:
        groups: See ``group_results``.
        transductive: Whether pre-training has seen the test clips.
        num_missing: Cells that were asked for and are not there.
    """
    curve = _Curve(groups)
    told = [
        (group, group.difference)
        for group in groups
        if group.arm in _TOLD and group.difference is not None
    ]
    parts = [_part(group, found, curve) for group, found in told]
    if not parts:
        return (
            'Nothing can be said: scratch is needed, and pretrained or spread.'
        )
    compared = [g for g in groups if g.arm == 'scratch' or g.arm in _TOLD]
    doubts = [*weak_scratch(groups), *diverged(compared)]
    if num_missing:
        are = 'is' if num_missing == 1 else 'are'
        doubts.append(f'{_count(num_missing, "cell")} {are} missing')
    if transductive:
        parts.append(
            'transductive: pre-training has seen the clips of the test'
        )
    text = '; '.join([*parts, *(f'but {doubt}' for doubt in doubts)])
    few = _few([found for _, found in told])
    return f'{text[0].upper()}{text[1:]}.{few}'


def _few(found: Sequence[Difference]) -> str:
    """A second sentence where the first rests on few trainings."""
    seeds = min(one.num_seeds for one in found)
    pretrained = min(one.num_pretrained for one in found)
    if min(seeds, pretrained) >= ENOUGH:
        return ''
    return (
        f' ({_count(seeds, "label subset")}, '
        f'{_count(pretrained, "pre-training")}: intervals are rather too '
        'narrow.)'
    )


def _count(number: int, name: str) -> str:
    return f'{number} {name}{"" if number == 1 else "s"}'


class _Curve:
    """Accuracy from scratch by the number of labels.

    Args:
        groups: See ``group_results``.
    """

    def __init__(self, groups: Sequence[Group]) -> None:
        scratch = [group for group in groups if group.arm == 'scratch']
        self.points = {group.num_labels: group.mean for group in scratch}
        self.updates = {group.num_labels: group.updates for group in scratch}

    def worth(self, labels: int, found: Difference) -> str:
        """What a gain is worth in labels; nothing where that is unclear.

        Where the curve is flat a small gain is worth many: so the ends of
        the interval are told as well.
        """
        start = self.points.get(labels)
        if start is None:
            return ''
        # Scratch needs more labels for it, not fewer.
        more = {n: mean for n, mean in self.points.items() if n >= labels}
        factor, low, high = (
            label_factor(more, labels, start + gain)
            for gain in (found.mean, found.low, found.high)
        )
        if factor is None or low is None or factor < _WORTH_TELLING:
            return ''
        most = max(more) / labels
        end = f'more than {most:.1f}' if high is None else f'{high:.1f}'
        text = (
            f', like having {factor:.1f} times the labels ({low:.1f} to {end})'
        )
        # Those of the run with as many labels or the next.
        then = min((n for n in more if n >= factor * labels), default=labels)
        longer = self.updates[then] != self.updates[labels]
        return f'{text} and the longer training' if longer else text


def _part(group: Group, found: Difference, curve: _Curve) -> str:
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
    return text + curve.worth(group.num_labels, found)


def interval_text(found: Difference) -> str:
    """The interval, and what it leaves out."""
    text = f'95 % interval {100 * found.low:.1f} to {100 * found.high:.1f}'
    if 'label subsets' not in found.over:
        text += f' over {" and ".join(found.over) or "nothing"} alone'
    return text
