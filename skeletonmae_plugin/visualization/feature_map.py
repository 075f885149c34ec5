"""A map of clips: near each other if their features are alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure

from ..evaluation.probe import require_sklearn
from .charts import new_axes

METHODS = ('tsne', 'pca')
#: More would take minutes, and be a blot.
_MOST = 3000
_MARKERS = 'os^Dv*'


def project(
    values: np.ndarray, method: str = 'tsne', seed: int = 0
) -> np.ndarray:
    """Features (n, D) -> places on a plane (n, 2).

    Args:
        values: At least 3 features.
        method: 'tsne' keeps neighbours by cosine together, distances between
            groups mean nothing; 'pca' is linear.
        seed: Of t-SNE.
    """
    if method not in METHODS:
        raise ValueError(
            f'expected a method of {METHODS} for the map, got {method!r}'
        )
    if len(values) < 3 or values.shape[1] < 2:
        raise ValueError(
            'expected 3 clips or more with 2 features or more for a map, got '
            f'{values.shape[0]} with {values.shape[1]}'
        )
    require_sklearn()
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    if method == 'pca':
        return PCA(2, random_state=seed).fit_transform(values)
    return TSNE(
        # Of a clip's neighbours at most a third count as near.
        perplexity=min(30, (len(values) - 1) / 3),
        metric='cosine',
        init='random',
        random_state=seed,
    ).fit_transform(values)


def draw_feature_map(
    values: np.ndarray,
    labels: np.ndarray,
    classes: Sequence[str] | None = None,
    method: str = 'tsne',
    title: str = '',
) -> Figure:
    """Clips as points, coloured by class.

    Args:
        values: (n, D) features; of more than 3000 clips evenly picked ones
            are shown, and the picture says so.
        labels: (n,) classes.
        classes: Names of all classes. Default: their numbers.
        method: See :func:`project`.
        title: Put above.
    """
    picked = np.arange(len(values))
    if len(values) > _MOST:
        picked = np.linspace(0, len(values) - 1, _MOST).astype(int)
        title += f' ({_MOST} of {len(values)} clips)'
    places = project(values[picked], method)
    shown = labels[picked]
    fig, ax = new_axes(7.6, 5.2)
    colours = colormaps['tab10'].colors  # type: ignore[attr-defined]
    for i, label in enumerate(np.unique(shown)):
        x, y = places[shown == label].T
        ax.scatter(
            x,
            y,
            s=14,
            color=colours[i % len(colours)],
            marker=_MARKERS[i // len(colours) % len(_MARKERS)],
            linewidths=0,
            label=str(classes[label] if classes else label),
        )
    ax.set_xticks([])
    ax.set_yticks([])
    ax.set_title(title.strip(), fontsize=9.5, loc='left', parse_math=False)
    legend = fig.legend(
        loc='outside right upper',
        ncols=-(-len(np.unique(shown)) // 30),
        fontsize=7.5,
        frameon=False,
        handletextpad=0.2,
    )
    for text in legend.get_texts():
        text.set_parse_math(False)  # a name may hold a $
    return fig
