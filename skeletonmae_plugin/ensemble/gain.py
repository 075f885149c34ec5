"""How much better one model is than another on the same clips."""

from __future__ import annotations

import numpy as np

from ..label_efficiency.statistics import RESAMPLES, Difference


def paired_gain(
    hits: np.ndarray, base: np.ndarray, seed: int = 0
) -> Difference:
    """Mean of paired differences, with a bootstrap interval over clips.

    What ``label_efficiency.statistics.bootstrap`` draws of one label subset
    and one pre-training, without drawing clip by clip: a clip is won, lost or
    neither, so that a resample is a draw of three counts. It takes no longer
    for 50,000 clips than for 50.

    Args:
        hits: (n,) bool, whether the model is right.
        base: (n,) bool, whether the other one is.
        seed: Of the draws.
    """
    outcomes = np.array([-1, 0, 1])
    differences = hits.astype(int) - base.astype(int)
    n = len(differences)
    parts = (differences[:, None] == outcomes).mean(0)
    counts = np.random.default_rng(seed).multinomial(n, parts, RESAMPLES)
    low, high = np.percentile(counts @ outcomes / n, [2.5, 97.5])
    return Difference(
        float(differences.mean()), float(low), float(high), ('test clips',), 1
    )
