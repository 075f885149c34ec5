"""Accuracy against the number of labels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib import colormaps
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from .results import Group
from .spec import ARMS, PRETRAINED_ARMS, Spec
from .statistics import mean_and_std


def draw(spec: Spec, groups: Sequence[Group], file: Path) -> None:
    """A line an arm, its band one standard deviation over label subsets.

    Args:
        spec: The question.
        groups: See ``group_results``.
        file: PNG, or what else matplotlib writes.
    """
    figure = Figure(figsize=(8, 4.5), layout='constrained')
    axes = figure.subplots()
    for number, arm in enumerate(ARMS):
        points = [group for group in groups if group.arm == arm]
        if not points:
            continue
        labels = [group.num_labels for group in points]
        stats = [mean_and_std(group.top1) for group in points]
        means = [100 * mean for mean, _ in stats]
        spreads = [100 * (spread or 0) for _, spread in stats]
        seen = spec.transductive and arm in PRETRAINED_ARMS
        axes.plot(
            labels,
            means,
            color=_colour(number),
            marker='o',
            # Arms that train a network stand out.
            ls='--' if 'frozen' in arm or 'raw' in arm else '-',
            label=f'{arm} (transductive)' if seen else arm,
        )
        axes.fill_between(
            labels,
            [m - s for m, s in zip(means, spreads, strict=True)],
            [m + s for m, s in zip(means, spreads, strict=True)],
            color=_colour(number),
            alpha=0.12,
            lw=0,
        )
    ticks = sorted({group.num_labels for group in groups})
    axes.set_xscale('log')
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set(xlabel='labelled clips', ylabel='top-1 (%)')
    axes.grid(alpha=0.3)
    figure.legend(fontsize=8, loc='outside right upper')
    figure.savefig(file, dpi=150)


def _colour(number: int) -> tuple:
    """Another for each of twenty arms, the strong ones first."""
    return colormaps['tab20'](2 * number % 20 + 2 * number // 20)
