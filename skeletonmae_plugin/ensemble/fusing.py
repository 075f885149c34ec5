"""One model's scores out of several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..evaluation.score_dump import Scores

#: How far a sum of probabilities may be from 1, in half precision.
_TOLERANCE = 0.02


def fuse(members: Sequence[Scores], weights: Sequence[float]) -> Scores:
    r"""The weighted mean of scores, :math:`\sum_m w_m s_m / \sum_m w_m`.

    Args:
        members: Scores of the same clips, see ``match``.
        weights: One for each, see ``check_weights``.

    Returns:
        Scores of the clips, probabilities if the members' are.

    Raises:
        ValueError: If the weights are others.
    """
    check_weights(weights, len(members))
    w = np.array(weights, np.float64)
    total = sum(
        one * member.values.astype(np.float64)
        for one, member in zip(w, members, strict=True)
    )
    values = (total / w.sum()).astype(np.float32)
    facts = {
        name: text
        for name, text in members[0].facts.items()
        if all(member.facts.get(name) == text for member in members)
    }
    return replace(members[0], file='ensemble', values=values, facts=facts)


def check_weights(weights: Sequence[float], count: int) -> None:
    """Raise ``ValueError`` unless there are so many, and they can be used.

    They are finite, none is below 0, and not all are 0.
    """
    w = np.array(weights, np.float64)
    if len(w) != count:
        raise ValueError(
            f'expected a weight for each of {count} members, got {len(w)}: '
            f'{list(weights)}'
        )
    if not np.isfinite(w).all() or (w < 0).any() or not w.any():
        raise ValueError(
            'weights must be finite, none below 0 and not all 0, got '
            f'{list(weights)}'
        )


def comparable(
    members: Sequence[Scores], softmax: bool = False
) -> list[Scores]:
    """Scores that may be added up: all probabilities, or none.

    Args:
        members: Scores of the models.
        softmax: Whether to make probabilities of those that are none. Those
            that are stay: twice a softmax would flatten them.

    Raises:
        ValueError: If some are probabilities and others are not.
    """
    if softmax:
        return [
            member
            if is_probability(member.values)
            else replace(member, values=_softmax(member.values))
            for member in members
        ]
    kinds = [is_probability(member.values) for member in members]
    if any(kinds) and not all(kinds):
        raise ValueError(
            f'{members[kinds.index(True)].file} holds probabilities and '
            f'{members[kinds.index(False)].file} does not; their sum would '
            'mean nothing: give --softmax to make probabilities of all'
        )
    return list(members)


def is_probability(values: np.ndarray) -> bool:
    """Whether each row of scores (n, K) is of probabilities."""
    near = np.abs(values.sum(1, dtype=np.float64) - 1) < _TOLERANCE
    return bool((values >= 0).all() and near.all())


def _softmax(values: np.ndarray) -> np.ndarray:
    powers = np.exp(values - values.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)
