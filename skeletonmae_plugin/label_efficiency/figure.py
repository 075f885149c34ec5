"""Accuracy against the number of labels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from ..visualization.draw import save_figure
from .results import Group
from .spec import ARMS, Spec, marked_arm
from .statistics import mean_and_std


def draw(spec: Spec, groups: Sequence[Group], file: Path) -> None:
    """Write :func:`plot` to a file.

    Args:
        spec: The question.
        groups: See ``group_results``.
        file: PNG, or what else matplotlib writes.
    """
    save_figure(plot(spec, groups), file, dpi=150)


def plot(spec: Spec, groups: Sequence[Group]) -> Figure:
    """A line an arm, its band one standard deviation over label subsets.

    Of one number of labels no line can be drawn: then a dot an arm, one
    below the other, with a bar in the place of the band.
    """
    figure = Figure(figsize=(8, 4.5), layout='constrained')
    axes = figure.subplots()
    axes.grid(alpha=0.3)
    if len({group.num_labels for group in groups}) == 1:
        _dots(axes, spec, groups)
    else:
        _lines(axes, spec, groups)
        figure.legend(fontsize=8, loc='outside right upper')
    return figure


def _lines(axes: Axes, spec: Spec, groups: Sequence[Group]) -> None:
    for number, arm in enumerate(ARMS):
        points = [group for group in groups if group.arm == arm]
        if not points:
            continue
        labels = [group.num_labels for group in points]
        stats = [_percent(group) for group in points]
        axes.plot(
            labels,
            [mean for mean, _ in stats],
            color=_colour(number),
            marker='o',
            # Arms that train a network stand out.
            ls='--' if 'frozen' in arm or 'raw' in arm else '-',
            label=marked_arm(arm, spec.transductive),
        )
        axes.fill_between(
            labels,
            [mean - spread for mean, spread in stats],
            [mean + spread for mean, spread in stats],
            color=_colour(number),
            alpha=0.12,
            lw=0,
        )
    ticks = sorted({group.num_labels for group in groups})
    axes.set_xscale('log')
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set(xlabel='labelled clips', ylabel='top-1 (%)')


def _dots(axes: Axes, spec: Spec, groups: Sequence[Group]) -> None:
    arms = list(ARMS)
    ordered = sorted(groups, key=lambda group: arms.index(group.arm))
    for place, group in enumerate(ordered):
        mean, spread = _percent(group)
        colour = _colour(arms.index(group.arm))
        axes.errorbar(mean, place, xerr=spread, fmt='o', color=colour)
    names = [marked_arm(g.arm, spec.transductive) for g in ordered]
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlabel(f'top-1 (%), {ordered[0].num_labels} labelled clips')


def _percent(group: Group) -> tuple[float, float]:
    """Mean and deviation of an arm; of one label subset the latter is 0."""
    mean, spread = mean_and_std(group.top1)
    return 100 * mean, 100 * (spread or 0)


def _colour(number: int) -> tuple:
    """Another for each of twenty arms, the strong ones first."""
    return colormaps['tab20'](2 * number % 20 + 2 * number // 20)
