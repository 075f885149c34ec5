"""The figure of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from ..visualization.draw import save_figure
from .paper import ABLATED, published

#: Arms, what they are called, and how they are drawn.
KINDS = (
    (('pretrained',), 'ours', 'D', 'C0'),
    (('scratch',), 'ours, no pre-training', 'o', 'C1'),
    (('stgcnpp',), 'ST-GCN++', 's', 'C2'),
)


def draw(
    rows: Sequence[Mapping[str, Any]],
    set_name: str,
    train_split: str,
    title: str,
    file: Path,
) -> None:
    """A line a row: ours with a bar of one deviation, and the paper's number.

    Args:
        rows: See ``table_rows``.
        set_name: The set. Of FineGym the mean over classes is drawn, as the
            paper has it, else top-1.
        train_split: Name of its training split.
        title: Above all.
        file: PNG, or what else matplotlib writes.
    """
    keys = ('top1', 'std')
    if set_name == ABLATED:
        keys = ('mean_class_accuracy', 'mean_class_std')
    figure = Figure(figsize=(7, 1.6 + 0.32 * len(rows)), layout='constrained')
    axes = figure.subplots()
    for arms, label, fmt, color in KINDS:
        points = [
            (number, row)
            for number, row in enumerate(rows)
            if row[keys[0]] is not None and row['arm'] in arms
        ]
        if points:
            axes.errorbar(
                [100 * row[keys[0]] for _, row in points],
                [number for number, _ in points],
                xerr=[100 * (row[keys[1]] or 0) for _, row in points],
                fmt=fmt,
                color=color,
                ms=5,
                lw=1,
                label=label,
            )
    lost = [i for i, row in enumerate(rows) if row.get('diverged')]
    if lost:
        axes.scatter(
            [100 * rows[i][keys[0]] for i in lost],
            lost,
            marker='s',
            s=90,
            facecolor='none',
            edgecolor='C3',
            label='diverged',
        )
    for own in (True, False):
        marks = []
        for number, row in enumerate(rows):
            found = published(row['paper'], set_name, train_split)
            if found and (found[1].split()[0] == set_name) == own:
                marks.append((found[0], number))
        if marks:
            axes.scatter(
                [percent for percent, _ in marks],
                [number for _, number in marks],
                marker='x',
                s=30,
                color='0.2' if own else '0.6',
                label='published' if own else 'published, on FineGym',
            )
    axes.set_yticks(range(len(rows)), [row['row'] for row in rows], fontsize=7)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlabel('class mean (%)' if set_name == ABLATED else 'top-1 (%)')
    axes.grid(axis='x', alpha=0.3)
    figure.legend(fontsize=7, loc='outside lower center', ncols=4)
    figure.suptitle(title, fontsize=10)
    save_figure(figure, file, dpi=150)
