"""The picture: frames/s beside the GEMM line, and how cost grows."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..visualization.draw import save_figure
from .run import row_entries


def plot(content: dict[str, Any], file: Path) -> None:
    """Draw what a file of the benchmark says.

    Left the variants of the default pre-training step and the bare GEMM of
    its products, then the same of the paper's step with PyTorch Geometric's,
    right the growth curves, each relative to its first size.

    Args:
        content: Of the JSON file. Rows that it lacks are left out.
        file: PNG, or what else matplotlib writes.
    """
    entries = row_entries(content)
    figure = Figure(figsize=(15, 4.2), layout='constrained')
    left, middle, right = figure.subplots(1, 3)
    paper = ('pretrain_fraction_of_gemm', 'pretrain_vs_pyg')
    draw_variants(left, entries, ('pretrain_step',), 'default')
    draw_variants(middle, entries, paper, "paper's")
    draw_growth(right, entries)
    machine = content['machine']
    figure.suptitle(
        f'{machine.get("gpu") or machine["processor"]}, '
        f'{content["settings"]["threads"]} threads',
        fontsize=9,
    )
    save_figure(figure, file, dpi=150)


def draw_variants(
    axes: Axes, entries: dict[str, dict], keys: Sequence[str], which: str
) -> None:
    """Bars of frames/s, slowest first, and a line for each GEMM.

    Args:
        axes: Where.
        entries: Of rows.
        keys: Whose sides are drawn.
        which: Name of the step.
    """
    rates = {
        name: side['frames_per_s']['median']
        for key in keys
        for name, side in _sides(entries, key).items()
    }
    limits = {name: rates.pop(name) for name in list(rates) if 'gemm' in name}
    bars = sorted(rates, key=rates.__getitem__)
    colours = ['C0' if name.startswith('ours') else 'C7' for name in bars]
    axes.barh(bars, [rates[name] for name in bars], color=colours)
    for i, (name, rate) in enumerate(limits.items()):
        if 'with_graph' not in name:
            axes.axvline(rate, color=f'C{i + 1}', ls='--', label=name)
    if limits:
        axes.legend(fontsize=8)
    axes.set(title=f'{which} pre-training step', xlabel='frames/s')
    axes.tick_params(axis='y', labelsize=8)


def draw_growth(axes: Axes, entries: dict[str, dict]) -> None:
    """A curve for each size that was doubled, and the line of x2 -> x2."""
    widest = 2.0
    for key, entry in entries.items():
        curve = entry['details'].get('curve')
        if not curve:
            continue
        sizes = [int(size) for size in curve]
        costs = [point['median'] for point in curve.values()]
        axes.plot(
            [size / sizes[0] for size in sizes],
            [cost / costs[0] for cost in costs],
            marker='o',
            label=key.removeprefix('growth_'),
        )
        widest = max(widest, sizes[-1] / sizes[0])
    axes.plot([1, widest], [1, widest], color='0.7', ls=':', label='linear')
    axes.set_xscale('log', base=2)
    axes.set_yscale('log', base=2)
    axes.set(title='growth', xlabel='size', ylabel='time', aspect='equal')
    axes.legend(fontsize=8)


def _sides(entries: dict[str, dict], key: str) -> dict[str, dict]:
    return entries.get(key, dict(details={}))['details'].get('sides', {})
