"""The interval of a paired difference."""

import numpy as np
import pytest

from skeletonmae_plugin.ensemble.gain import paired_gain
from skeletonmae_plugin.label_efficiency.statistics import summarise


@pytest.mark.parametrize('n', [60, 900])
def test_it_has_the_interval_of_a_bootstrap_clip_by_clip(n):
    rng = np.random.default_rng(n)
    base = rng.random(n) < 0.6
    hits = np.where(rng.random(n) < 0.15, ~base, base)
    found = paired_gain(hits, base)
    wanted = summarise((hits.astype(float) - base)[None, None])
    assert found.mean == pytest.approx(wanted.mean)
    assert (found.over, found.num_seeds) == (wanted.over, 1)
    # Of 5000 resamples each.
    width = wanted.high - wanted.low
    assert found.low == pytest.approx(wanted.low, abs=0.06 * width)
    assert found.high == pytest.approx(wanted.high, abs=0.06 * width)


def test_the_same_hits_leave_nothing_open():
    hits = np.array([True, False, True])
    found = paired_gain(hits, hits)
    assert (found.mean, found.low, found.high) == (0, 0, 0)
    # Right as often, but elsewhere: that is not nothing.
    found = paired_gain(hits, hits[[1, 0, 2]])
    assert found.mean == 0 and found.low < 0 < found.high


def test_it_covers_a_true_difference():
    rng = np.random.default_rng(0)
    covered = 0
    for _ in range(100):
        base, hits = rng.random(200) < 0.5, rng.random(200) < 0.6
        found = paired_gain(hits, base)
        covered += found.low <= 0.1 <= found.high
    assert 88 <= covered < 100
