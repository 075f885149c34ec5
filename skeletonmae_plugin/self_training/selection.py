"""Which predictions are believed."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class PseudoLabel(NamedTuple):
    """A class that a model has given to a clip.

    Args:
        label: The class.
        confidence: Its mean probability over the views.
    """

    label: int
    confidence: float


def select_confident(
    names: Sequence[str], scores: np.ndarray, fraction: float
) -> dict[str, PseudoLabel]:
    """Of each predicted class the clips that are most certainly of it.

    By class, so that the classes that are told apart easily do not crowd out
    the others. A class that is predicted at all keeps at least one clip.

    Args:
        names: Of the clips.
        scores: (n, K) probabilities of the classes.
        fraction: Part of each predicted class, in (0, 1], rounded up.

    Returns:
        Label and confidence by name, in the order of ``names``. Between
        equal confidences the name decides.

    Raises:
        ValueError: If names and scores do not fit, or if a score is NaN.

    Example:
        >>> scores = np.array([[0.9, 0.1], [0.6, 0.4], [0.3, 0.7]])
        >>> list(select_confident(['a', 'b', 'c'], scores, 0.5))
        ['a', 'c']
    """
    check_fraction(fraction)
    if scores.ndim != 2 or len(scores) != len(names):
        raise ValueError(
            f'expected scores (n, K) of n = {len(names)} clips, got '
            f'{scores.shape}'
        )
    bad = ~np.isfinite(scores).all(1)
    if bad.any():
        raise ValueError(
            f'{bad.sum()} of {len(names)} clips have scores that are no '
            f'numbers, for instance {names[int(bad.argmax())]!r}: the '
            'training has diverged; lower the learning rate'
        )
    labels = scores.argmax(1)
    confidence = scores.max(1)
    chosen: set[int] = set()
    for label in np.unique(labels):
        clips: list[int] = np.flatnonzero(labels == label).tolist()
        ranked = sorted(clips, key=lambda i: (-confidence[i], names[i]))
        # Not one more where the product is a rounding error above a whole.
        count = math.ceil(fraction * len(clips) - 1e-9)
        chosen.update(ranked[: max(count, 1)])
    return {
        names[i]: PseudoLabel(int(labels[i]), float(confidence[i]))
        for i in sorted(chosen)
    }


def check_fraction(fraction: float) -> None:
    """Raise ``ValueError`` unless it is the part of a whole."""
    if not 0 < fraction <= 1:
        raise ValueError(
            'the fraction of pseudo-labels to believe must be in (0, 1], '
            f'got {fraction}'
        )
