"""Accuracy of predicted classes."""

import numpy as np


def accuracies(predictions: np.ndarray, labels: np.ndarray) -> dict:
    """Share of right predictions, of all clips and as a mean over classes.

    Args:
        predictions: (n,) classes.
        labels: (n,) classes, at least one.

    Returns:
        ``top1`` and ``mean_class_accuracy``, from 0 to 1; the mean is over
        the classes that ``labels`` has.
    """
    right = predictions == labels
    per_class = [right[labels == label].mean() for label in np.unique(labels)]
    return dict(
        top1=float(right.mean()), mean_class_accuracy=float(np.mean(per_class))
    )
