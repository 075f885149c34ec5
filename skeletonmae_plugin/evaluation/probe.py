"""How well frozen features tell classes apart."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch.nn import functional as F

#: Numbers of neighbours that are reported.
KS = (1, 5, 20)
#: Inverse strengths of regularisation that cross-validation chooses from.
CANDIDATES = (1e-3, 1e-2, 1e-1, 1.0, 1e1, 1e2)
#: What is taken where a class has a single clip, and nothing can be left out.
FALLBACK = 1e-1
#: What is wrong with features that are not.
NOT_FINITE = (
    'expected finite features, got NaN or infinity; the model has diverged: '
    'take an earlier checkpoint or a smaller learning rate'
)
#: Similarities that are in memory at a time, 64 MiB.
_BLOCK = 2**24


@dataclass(frozen=True)
class Probe:
    """Outcome of a linear probe.

    Attributes:
        predictions: (n_test,) int64, classes.
        C: Inverse strength of regularisation, as in scikit-learn.
        choice: How C was chosen, in words.
    """

    predictions: np.ndarray
    C: float
    choice: str


def knn_predict(
    train_values: ArrayLike,
    train_labels: ArrayLike,
    test_values: ArrayLike,
    k: int = 1,
) -> np.ndarray:
    """Classes by the k training clips whose cosine is largest.

    Every neighbour has one vote. Of classes with equally many votes the one
    of the nearest neighbour among them wins.

    Args:
        train_values: (n_train, D).
        train_labels: (n_train,) classes.
        test_values: (n_test, D). They are compared in blocks, so that memory
            grows with n_train + n_test.
        k: Number of neighbours.

    Returns:
        (n_test,) int64.

    Raises:
        ValueError: If k is not between 1 and n_train, or shapes do not fit.
    """
    train, labels, test = _checked(train_values, train_labels, test_values)
    if not 1 <= k <= len(train):
        raise ValueError(
            f'expected k from 1 to the {len(train)} training clips, got '
            f'k={k}; take fewer neighbours'
        )
    known = F.normalize(torch.from_numpy(train))
    asked = F.normalize(torch.from_numpy(test))
    classes, codes = np.unique(labels, return_inverse=True)
    votes_of = torch.from_numpy(codes.reshape(-1))
    found = []
    for block in asked.split(max(1, _BLOCK // len(train))):
        nearest = (block @ known.T).topk(k).indices  # (b, k), nearest first
        found.append(_majority(votes_of[nearest], len(classes)))
    if not found:
        return np.zeros(0, np.int64)
    return classes[torch.cat(found).numpy()]


def _majority(votes: torch.Tensor, num_classes: int) -> torch.Tensor:
    """(b, k) classes, the most important first -> (b,)."""
    counts = votes.new_zeros(len(votes), num_classes)
    counts.scatter_add_(1, votes, torch.ones_like(votes))
    own = counts.gather(1, votes)  # (b, k), votes of each neighbour's class
    # argmax may give any of equal maxima: let the rank decide.
    k = votes.shape[1]
    rank = torch.arange(k, device=votes.device)
    first = (own * k - rank).argmax(1, keepdim=True)
    return votes.gather(1, first).squeeze(1)


def linear_probe(
    train_values: ArrayLike,
    train_labels: ArrayLike,
    test_values: ArrayLike,
    seed: int = 0,
) -> Probe:
    """Classes by logistic regression on standardised features.

    C is chosen from ``CANDIDATES`` by stratified cross-validation within the
    training clips (5 parts, or as many as the smallest class has clips); of
    equally good ones the smallest. Where a class has a single clip it is
    ``FALLBACK``. The test clips choose nothing.

    Args:
        train_values: (n_train, D).
        train_labels: (n_train,) classes, two or more.
        test_values: (n_test, D).
        seed: Of the parts of the cross-validation.

    Raises:
        ImportError: If scikit-learn is missing.
        ValueError: If there is one class only, or shapes do not fit.
    """
    require_sklearn()
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    train, labels, test = _checked(train_values, train_labels, test_values)
    classes, counts = np.unique(labels, return_counts=True)
    if len(classes) < 2:
        raise ValueError(
            'a linear probe needs training clips of two classes, got '
            f'{len(classes)}: {classes.tolist()}; label more clips'
        )

    def classifier(strength: float) -> Any:
        return make_pipeline(
            StandardScaler(), LogisticRegression(C=strength, max_iter=2000)
        )

    parts = int(min(5, counts.min()))
    if parts < 2:
        best = FALLBACK
        choice = f'fixed at {best:g}: a class has a single training clip'
    else:
        folds = StratifiedKFold(parts, shuffle=True, random_state=seed)
        scores = [
            cross_val_score(classifier(c), train, labels, cv=folds).mean()
            for c in CANDIDATES
        ]
        best = CANDIDATES[int(np.argmax(scores))]
        grid = ', '.join(f'{c:g}' for c in CANDIDATES)
        choice = (
            f'{best:g} of {grid} by {parts}-fold cross-validation within the '
            f'{len(train)} training clips (accuracy there '
            f'{100 * max(scores):.1f} %)'
        )
    fitted = classifier(best).fit(train, labels)
    if not len(test):
        return Probe(np.zeros(0, np.int64), best, choice)
    return Probe(fitted.predict(test).astype(np.int64), best, choice)


def require_sklearn() -> None:
    """Say how to get scikit-learn where it is missing."""
    try:
        import sklearn  # noqa: F401
    except ImportError as error:
        raise ImportError(
            'expected scikit-learn for linear probes and maps of features, '
            'got none; run: pip install scikit-learn (the extra '
            'skeletonmae_plugin[probe])'
        ) from error


def _checked(
    train_values: ArrayLike, train_labels: ArrayLike, test_values: ArrayLike
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    train = np.ascontiguousarray(train_values, np.float32)
    test = np.ascontiguousarray(test_values, np.float32)
    labels = np.asarray(train_labels).astype(np.int64)
    if (
        train.ndim != 2
        or labels.shape != train.shape[:1]
        or test.shape[1:] != train.shape[1:]
    ):
        raise ValueError(
            'expected training features (n, D), labels (n,) and test features '
            f'(m, D), got {train.shape}, {labels.shape} and {test.shape}'
        )
    if not (np.isfinite(train).all() and np.isfinite(test).all()):
        raise ValueError(NOT_FINITE)
    return train, labels, test
