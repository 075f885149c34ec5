"""Accuracy of predicted classes."""

import numpy as np
from numpy.typing import ArrayLike
from torch import Tensor


def accuracies(predictions: ArrayLike, labels: ArrayLike) -> dict:
    """Share of right predictions, of all clips and as a mean over classes.

    Args:
        predictions: (n,) classes.
        labels: (n,) classes, at least one.

    Returns:
        ``top1`` and ``mean_class_accuracy``, from 0 to 1; the mean is over
        the classes that ``labels`` has.
    """
    predictions, labels = np.asarray(predictions), np.asarray(labels)
    right = predictions == labels
    per_class = [right[labels == label].mean() for label in np.unique(labels)]
    return dict(
        top1=float(right.mean()), mean_class_accuracy=float(np.mean(per_class))
    )


def guess(score: Tensor) -> int:
    """The class of the highest score.

    Args:
        score: (K,).

    Raises:
        ValueError: If there are scores of several views.
    """
    if score.ndim != 1:
        raise ValueError(
            f'expected a score for each class, got {tuple(score.shape)}; set '
            "average_clips of the model's head"
        )
    return int(score.argmax())


def top_k_hits(
    scores: np.ndarray, labels: np.ndarray, k: int = 1
) -> np.ndarray:
    """Whether the true class is among the k with the highest scores.

    Of equal scores the lower class comes first, as ``argmax`` has it.

    Args:
        scores: (n, K).
        labels: (n,) classes.
        k: How many guesses a clip has.

    Returns:
        (n,) bool.
    """
    own = np.take_along_axis(scores, labels[:, None], 1)  # (n, 1)
    before = np.arange(scores.shape[1]) < labels[:, None]
    ahead = (scores > own) | ((scores == own) & before)
    return ahead.sum(1) < k
