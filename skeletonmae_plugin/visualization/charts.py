"""Charts of a report: curves, grouped bars, a confusion matrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

COLOURS = ('#2f5fc4', '#e07a2f', '#1d8a99', '#a23b72', '#6b8e23', '#55606e')
_TEXT, _LINE = '#2b2f36', '#d9dde3'


def draw_curves(
    series: Mapping[str, Sequence[tuple[float, ...]]],
    x_label: str,
    y_label: str,
    log_x: bool = False,
    y_range: tuple[float, float] | None = None,
) -> Figure:
    """Lines over a common axis.

    Args:
        series: Name -> points (x, y) or (x, y, deviation); a deviation is
            drawn as a band. A single point is drawn as a dot.
        x_label: Name of the x axis.
        y_label: Name of the y axis.
        log_x: Logarithmic x axis.
        y_range: Ends of the y axis; None fits them to the data.
    """
    fig, ax = new_axes(5.6, 3.4)
    for colour, (name, points) in zip(
        _cycle(COLOURS, len(series)), series.items(), strict=True
    ):
        x, y, *deviation = np.asarray(points, float).T
        ax.plot(
            x,
            y,
            color=colour,
            linewidth=2,
            label=name,
            marker='o' if len(x) <= 12 else None,
            markersize=4.5,
        )
        if deviation:
            ax.fill_between(
                x,
                y - deviation[0],
                y + deviation[0],
                color=colour,
                alpha=0.15,
                linewidth=0,
            )
    if log_x:
        ax.set_xscale('log')
    else:
        ax.xaxis.set_major_locator(MaxNLocator(7, integer=True))
    if y_range:
        ax.set_ylim(*y_range)
    ax.grid(color=_LINE, linewidth=0.7)
    ax.set_xlabel(x_label)
    ax.set_ylabel(y_label)
    _legend(ax, len(series))
    return fig


def draw_bars(
    groups: Sequence[str], series: Mapping[str, Sequence[float]], y_label: str
) -> Figure:
    """Groups of bars side by side, one bar of each series in each group."""
    fig, ax = new_axes(max(5.6, 1 + 0.95 * len(groups)), 3.4)
    width = 0.8 / len(series)
    places = np.arange(len(groups))
    for i, (name, values) in enumerate(series.items()):
        offset = (i - (len(series) - 1) / 2) * width
        ax.bar(
            places + offset,
            values,
            width * 0.92,
            label=name,
            color=COLOURS[i % len(COLOURS)],
        )
    ax.set_xticks(places, [group.replace('_', '\n', 1) for group in groups])
    ax.set_ylabel(y_label)
    ax.grid(axis='y', color=_LINE, linewidth=0.7)
    ax.tick_params(axis='x', length=0)
    _legend(ax, len(series))
    return fig


def draw_confusion(matrix: np.ndarray, classes: Sequence[str]) -> Figure:
    """Counts (true class, predicted class), shaded by share of the row."""
    matrix = np.asarray(matrix)
    size = float(np.clip(0.42 * len(classes), 3.2, 9))
    fig, ax = new_axes(size + 1.6, size + 1.1)
    share = matrix / np.maximum(matrix.sum(1, keepdims=True), 1)
    ax.imshow(share, cmap='Blues', vmin=0, vmax=1)
    if len(classes) <= 20:
        for (i, j), count in np.ndenumerate(matrix):
            if count:
                ax.text(
                    j,
                    i,
                    str(count),
                    ha='center',
                    va='center',
                    fontsize=7.5,
                    color='white' if share[i, j] > 0.55 else _TEXT,
                )
    step = -(-len(classes) // 40)
    ticks = range(0, len(classes), step)
    names = [str(classes[i]) for i in ticks]
    ax.set_xticks(
        ticks, names, rotation=45, ha='right', rotation_mode='anchor'
    )
    ax.set_yticks(ticks, names)
    ax.tick_params(length=0)
    ax.set_xlabel('predicted')
    ax.set_ylabel('true')
    return fig


def new_axes(width: float, height: float) -> tuple[Figure, Axes]:
    """An empty chart of so many inches in our style."""
    fig = Figure(figsize=(width, height), layout='constrained')
    FigureCanvasAgg(fig)
    ax = fig.add_subplot()
    ax.set_axisbelow(True)
    ax.tick_params(colors=_TEXT, labelsize=8.5, color=_LINE)
    for label in (ax.xaxis.label, ax.yaxis.label):
        label.set(color=_TEXT, size=9.5)
    for side, spine in ax.spines.items():
        spine.set_visible(side in ('left', 'bottom'))
        spine.set_color(_LINE)
    return fig, ax


def _legend(ax: Axes, count: int) -> None:
    """Above the axes, where it covers nothing."""
    ax.legend(
        loc='lower left',
        bbox_to_anchor=(0, 1),
        ncols=min(count, 3),
        frameon=False,
        fontsize=8.5,
        labelcolor=_TEXT,
        handlelength=1.4,
        columnspacing=1.4,
        borderaxespad=0.2,
    )


def _cycle(colours: Sequence[str], count: int) -> list[str]:
    return [colours[i % len(colours)] for i in range(count)]
