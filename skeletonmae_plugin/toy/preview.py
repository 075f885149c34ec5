"""A contact sheet: example clips as rows of stick figures."""

from pathlib import Path
from typing import Any

import numpy as np

from skeletonmae_plugin.layouts import Layout, LayoutLike, get_layout

_COLOURS = dict(left='tab:blue', right='tab:red', middle='0.35')


def _flat(annotation: dict) -> np.ndarray:
    """(M, T, V, 2) as in a picture (x right, y down), NaN where unseen."""
    keypoint = annotation['keypoint'].astype(np.float32)
    seen = (keypoint != 0).any(-1, keepdims=True)
    flat = keypoint[..., :2]
    if keypoint.shape[-1] == 3:  # camera coordinates: x to its left, y up
        flat = -flat
    return np.where(seen, flat, np.nan)


def _draw(axis: Any, joints: np.ndarray, layout: Layout) -> None:
    """One person (V, 2): left blue, right red."""
    for a, b in layout.bones:
        names = layout.joints[a], layout.joints[b]
        side = next(
            (
                side
                for side in ('left', 'right')
                if any(name.startswith(side) for name in names)
            ),
            'middle',
        )
        axis.plot(*joints[[a, b]].T, '-', color=_COLOURS[side], lw=1.2)
    axis.plot(*joints.T, '.', color='k', ms=1.5)


def _window(flat: np.ndarray) -> tuple[np.ndarray, float]:
    """Where to look at each moment, (T, 2), and how far, the same for all.

    The view follows people sideways only, so that a jump is seen as one.
    """
    seen = np.isfinite(flat)
    low = np.where(seen, flat, np.inf).min((0, 2))
    high = np.where(seen, flat, -np.inf).max((0, 2))
    empty = ~seen.any((0, 2))
    if empty.all():
        return np.zeros((flat.shape[1], 2)), 1.0
    low[empty], high[empty] = low[~empty][0], high[~empty][0]
    low[:, 1], high[:, 1] = low[:, 1].min(), high[:, 1].max()
    return (low + high) / 2, max(float((high - low).max()) / 2, 1e-3)


def _examples(dataset: dict, rows: int) -> list:
    """One clip a class while they last."""
    first: dict = {}
    for annotation in dataset['annotations']:
        first.setdefault(annotation['label'], annotation)
    return [first[label] for label in sorted(first)][:rows]


def draw_preview(
    dataset: dict,
    layout: LayoutLike,
    path: str | Path,
    rows: int = 12,
    columns: int = 9,
) -> None:
    """Draw clips as rows and moments as columns into a PNG file.

    Args:
        dataset: As ``make_dataset`` gives it.
        layout: Its layout.
        path: The picture.
        rows: Most clips, one a class.
        columns: Moments of each.
    """
    # Only whoever wants a picture needs matplotlib.
    from matplotlib.figure import Figure

    from ..visualization.draw import save_figure

    layout, clips = get_layout(layout), _examples(dataset, rows)
    figure = Figure(figsize=(1.3 * columns, 1.6 * len(clips)))
    axes = figure.subplots(len(clips), columns, squeeze=False)
    for row, clip in zip(axes, clips, strict=True):
        flat = _flat(clip)
        times = np.linspace(0, flat.shape[1] - 1, columns).round().astype(int)
        middle, radius = _window(flat[:, times])
        for axis, time, (x, y) in zip(row, times, middle, strict=True):
            for person in flat[:, time]:
                _draw(axis, person, layout)
            axis.set_aspect('equal')
            axis.set_axis_off()
            axis.set_xlim(x - radius, x + radius)
            axis.set_ylim(y + radius, y - radius)
        row[0].set_title(
            f'{clip["frame_dir"]} (class {clip["label"]})',
            fontsize=7,
            loc='left',
        )
    figure.tight_layout(pad=0.3)
    save_figure(figure, path)
