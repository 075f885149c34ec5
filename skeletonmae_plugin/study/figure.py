"""The figure of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from ..visualization.draw import save_figure

#: Arm -> its mark.
_MARKS = dict(
    scratch='o',
    pretrained='D',
    spread='P',
    frozen_linear='s',
    frozen_knn='^',
    frozen_spread='p',
    random_frozen='x',
    raw_knn='+',
    raw_spread='*',
)


def draw(rows: Sequence[Mapping[str, Any]], title: str, file: Path) -> None:
    """A panel a number of labels, a line a row, a mark an arm.

    The bar of a mark is one standard deviation over label subsets.

    Args:
        rows: See ``table_rows``.
        title: Above all.
        file: PNG, or what else matplotlib writes.
    """
    names = list(dict.fromkeys(row['row'] for row in rows))
    fractions = list(dict.fromkeys(row['fraction'] for row in rows))
    arms = list(dict.fromkeys(row['arm'] for row in rows))
    size = (3 + 3.2 * len(fractions), 1.8 + 0.45 * len(names))
    figure = Figure(figsize=size, layout='constrained')
    panels = figure.subplots(1, len(fractions), sharey=True, squeeze=False)[0]
    for axes, fraction in zip(panels, fractions, strict=True):
        here = [row for row in rows if row['fraction'] == fraction]
        for number, arm in enumerate(arms):
            own = [row for row in here if row['arm'] == arm]
            # Marks of a row do not hide each other.
            shift = 0.1 * (number - (len(arms) - 1) / 2)
            axes.errorbar(
                [100 * row['top1'] for row in own],
                [names.index(row['row']) + shift for row in own],
                xerr=[100 * (row['std'] or 0) for row in own],
                fmt=_MARKS.get(arm, '.'),
                color=f'C{number}',
                ms=5,
                lw=1,
                label=arm,
            )
        axes.set_title(f'{here[0]["num_labels"]} labels', fontsize=9)
        axes.set_xlabel('top-1 (%)')
        axes.grid(axis='x', alpha=0.3)
    panels[0].set_yticks(range(len(names)), names, fontsize=8)
    panels[0].set_ylim(len(names) - 0.5, -0.5)
    figure.legend(
        *panels[0].get_legend_handles_labels(),
        fontsize=8,
        loc='outside right upper',
    )
    figure.suptitle(title, fontsize=10)
    save_figure(figure, file, dpi=150)
