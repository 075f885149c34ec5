"""Which persons of a clip are kept."""

import numpy as np


def times_seen(
    valid: np.ndarray, score: np.ndarray | None = None
) -> np.ndarray:
    """Number of valid joints of a person, weighted by score if there is one.

    Args:
        valid: Bool (..., M, T, V).
        score: (..., M, T, V).

    Returns:
        (..., M) float64, at least 0 for a score that is.
    """
    if score is None:
        return valid.sum((-2, -1)).astype(np.float64)
    return np.where(valid, score, 0).sum((-2, -1), dtype=np.float64)


def rank_persons(seen: np.ndarray, num_person: int) -> np.ndarray:
    """The best-seen persons first; among equals the order stays.

    Args:
        seen: (..., M), as ``times_seen`` counts; below 0 where there is no
            such person.
        num_person: How many to take.

    Returns:
        (..., num_person) int64 positions in [0, M), -1 = nobody.
    """
    order = np.argsort(-seen, -1, kind='stable')[..., :num_person]
    absent = np.take_along_axis(seen, order, -1) < 0
    ranked = np.full((*seen.shape[:-1], num_person), -1, np.int64)
    ranked[..., : order.shape[-1]] = np.where(absent, -1, order)
    return ranked
