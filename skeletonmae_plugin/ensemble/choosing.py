"""Weights of an ensemble, learned on clips that are not its test."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..evaluation.score_dump import Scores
from .fusing import is_probability

_STEPS = 2000
_TINY = 1e-12


def choose_weights(members: Sequence[Scores]) -> list[float]:
    r"""Weights under which the true classes are likeliest.

    They maximise :math:`\sum_i \ln \sum_m w_m p_{mi}`, with :math:`p_{mi}`
    the probability that model m gives to the class of clip i, over weights
    that sum to 1: a concave problem. Each step of expectation-maximisation,
    :math:`w_m \leftarrow \frac1n \sum_i w_m p_{mi} / \sum_k w_k p_{ki}`
    (Dempster, Laird and Rubin, *Maximum likelihood from incomplete data via
    the EM algorithm*, 1977), comes nearer. Likelihood, since accuracy
    changes in jumps and is the same for many weights.

    Args:
        members: Probabilities of the same clips, see ``match``. Unlabelled
            clips are left out.

    Returns:
        A weight for each.

    Raises:
        ValueError: If the scores are no probabilities.
    """
    columns = []
    for member in members:
        if not is_probability(member.values):
            raise ValueError(
                f'{member.file}: weights are chosen by probabilities, and '
                'these scores are none; give --softmax'
            )
        known = member.labelled()
        columns.append(known.values[np.arange(len(known)), known.labels])
    p = np.stack(columns, 1).astype(np.float64).clip(_TINY)  # (n, members)
    weights = np.full(len(members), 1 / len(members))
    for _ in range(_STEPS):
        parts = p * weights
        weights = (parts / parts.sum(1, keepdims=True)).mean(0)
    return [float(w) for w in weights]


def require_apart(test: Scores, other: Scores) -> None:
    """Raise ``ValueError`` if weights would be chosen on clips of a test."""
    both = np.intersect1d(test.ids, other.ids)
    if len(both):
        raise ValueError(
            f'{len(both)} clips of {other.file}, on which weights are to be '
            f'chosen, are in the test too ({test.file}), for instance '
            f'{str(both[0])!r}; choose on another split'
        )
