"""Intervals beside a plain reference, pairs, factors."""

import itertools

import numpy as np
import pytest

from skeletonmae_plugin.label_efficiency.statistics import (
    Difference,
    bootstrap,
    caveat,
    compare,
    label_factor,
    mean_and_std,
    pair_hits,
    percent,
    summarise,
)


def reference(differences, resamples, seed):
    """The same by loops: draw subsets, pre-trainings and clips."""
    rng = np.random.default_rng(seed)
    sizes = differences.shape
    means = []
    for _ in range(resamples):
        draws = [rng.integers(size, size=size) for size in sizes]
        means.append(differences[np.ix_(*draws)].mean())
    return np.array(means)


def hits(rng, seeds, pretrain_seeds, n, p=0.5):
    return {
        (s, q): rng.random(n) < p
        for s, q in itertools.product(seeds, pretrain_seeds)
    }


def test_bootstrap_has_the_distribution_of_a_plain_one():
    rng = np.random.default_rng(0)
    # Each axis has a spread of its own.
    differences = (
        rng.normal(0, 1, (4, 1, 1))
        + rng.normal(0, 0.5, (1, 3, 1))
        + rng.normal(0, 2, (1, 1, 30))
    )
    ours = bootstrap(differences, 20000, seed=1)
    theirs = reference(differences, 20000, seed=2)
    assert ours.shape == (20000,)
    assert ours.mean() == pytest.approx(differences.mean(), abs=0.02)
    quantiles = [2.5, 25, 50, 75, 97.5]
    np.testing.assert_allclose(
        np.percentile(ours, quantiles),
        np.percentile(theirs, quantiles),
        atol=0.04,
    )


@pytest.mark.parametrize('axis', [0, 1, 2])
def test_every_axis_is_resampled(axis):
    shape = [1, 1, 1]
    shape[axis] = 4
    differences = np.array([0.0, 0, 1, 1]).reshape(shape)
    # The mean of four draws of 0 or 1.
    spread = bootstrap(differences, 20000).std()
    assert spread == pytest.approx(0.25, rel=0.03)


def test_what_never_differs_has_no_spread():
    means = bootstrap(np.full((3, 2, 5), 0.25), 100)
    np.testing.assert_allclose(means, 0.25)


def test_an_interval_that_ends_at_0_includes_it():
    # Of sets of 24 clips one in ten has a resampled mean of 0 there, which
    # comes as +-1e-17.
    rng = np.random.default_rng(0)
    ends = []
    for _ in range(30):
        differences = rng.choice([-1.0, 0, 1], (2, 1, 24), p=[0.1, 0.6, 0.3])
        ends.append(summarise(differences).low)
    near = [end for end in ends if abs(end) < 1e-6]
    assert len(near) >= 3 and set(near) == {0.0}
    assert not np.signbit(near).any()


def test_differences_are_paired_by_subset_and_clip():
    rng = np.random.default_rng(0)
    base = hits(rng, [0, 1, 2], [None], 50)
    # The same right and wrong clips: no difference, though clips vary.
    same = {(s, 0): right for (s, _), right in base.items()}
    found = compare(same, base)
    assert (found.mean, found.low, found.high) == (0, 0, 0)
    assert found.includes_zero


def test_subsets_that_one_arm_lacks_are_left_out():
    rng = np.random.default_rng(0)
    arm = hits(rng, [0, 1, 2], [0, 1], 6)
    base = hits(rng, [0, 1, 3], [None], 6)
    del arm[1, 1]
    pairs = pair_hits(arm, base)
    assert pairs.shape == (1, 2, 6)
    np.testing.assert_array_equal(
        pairs[0, 1], arm[0, 1].astype(int) - base[0, None].astype(int)
    )
    assert pair_hits({(5, 0): arm[0, 0]}, base) is None
    assert compare({(5, 0): arm[0, 0]}, base) is None


def test_one_seed_is_told_and_not_resampled():
    rng = np.random.default_rng(0)
    found = compare(hits(rng, [0], [0], 40), hits(rng, [0], [None], 40))
    assert found.over == ('test clips',)
    found = compare(hits(rng, [0, 1], [0], 40), hits(rng, [0, 1], [None], 40))
    assert found.over == ('label subsets', 'test clips')
    more = hits(rng, [0, 1], [0, 1], 40)
    found = compare(more, hits(rng, [0, 1], [None], 40))
    assert found.over == ('label subsets', 'pre-training seeds', 'test clips')


def test_interval_covers_a_true_difference():
    """Of many experiments about 95 % have the truth in their interval."""
    rng = np.random.default_rng(0)
    covered = 0
    for _ in range(60):
        base = hits(rng, range(8), [None], 60, 0.5)
        arm = hits(rng, range(8), [0], 60, 0.6)
        found = compare(arm, base)
        covered += found.low <= 0.1 <= found.high
    assert covered >= 52


def test_deviation_is_over_subsets_alone():
    values = {(0, 0): 0.5, (0, 1): 0.7, (1, 0): 0.4, (1, 1): 0.4}
    mean, std = mean_and_std(values)
    assert mean == pytest.approx(0.5)
    assert std == pytest.approx(np.std([0.6, 0.4], ddof=1))
    assert mean_and_std({(0, None): 0.3}) == (0.3, None)


def test_factor_is_interpolated_over_the_logarithm():
    curve = {10: 0.2, 100: 0.4, 1000: 0.5}
    assert label_factor(curve, 10, 0.3) == pytest.approx(10**0.5)
    assert label_factor(curve, 100, 0.4) == pytest.approx(1)
    assert label_factor(curve, 10, 0.45) == pytest.approx(10**1.5)
    # Fewer labels would do as well.
    assert label_factor(curve, 100, 0.3) == pytest.approx(10**-0.5)


def test_factor_is_left_out_where_the_curve_does_not_reach():
    curve = {10: 0.2, 100: 0.4}
    assert label_factor(curve, 10, 0.41) is None
    assert label_factor(curve, 10, 0.19) is None
    assert label_factor({10: 0.2}, 10, 0.3) is None


def test_first_crossing_of_a_curve_that_falls_counts():
    curve = {10: 0.2, 100: 0.4, 1000: 0.3}
    assert label_factor(curve, 10, 0.35) == pytest.approx(10**0.75)
    flat = {10: 0.3, 100: 0.3}
    assert label_factor(flat, 10, 0.3) == pytest.approx(1)


def test_cells_of_a_table():
    found = Difference(0.0312, -0.004, 0.0661, ('label subsets',), 2)
    assert found.points == '+3.1 (-0.4 to +6.6)'
    assert percent({(0, None): 0.5, (1, None): 0.7}) == '60.0 ± 14.1'
    assert percent({(0, 0): 0.5, (0, 1): 0.7}) == '60.0'


def test_what_is_few_is_what_was_resampled_of_few():
    clips = np.zeros((3, 1, 50))
    assert summarise(clips).few == ('label subsets',)
    assert summarise(np.zeros((10, 2, 50))).few == ('pre-training seeds',)
    assert summarise(np.zeros((1, 1, 50))).few == ()
    assert summarise(np.zeros((12, 2, 9)), clips).few == ('label subsets',)
    assert caveat(()).endswith('intervals are too narrow.')
    assert caveat(['a', 'b', 'a']).endswith(
        ', as they are with so few a and b.'
    )
