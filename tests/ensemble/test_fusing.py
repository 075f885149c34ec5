"""The weighted mean of scores."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mmaction.evaluation import get_weighted_score
from scipy.special import softmax

from skeletonmae_plugin.ensemble.fusing import (
    comparable,
    fuse,
    is_probability,
)
from skeletonmae_plugin.evaluation.score_dump import make_scores

WEIGHT = st.floats(0.01, 100)


@given(st.tuples(WEIGHT, WEIGHT, WEIGHT))
def test_it_agrees_with_mmaction(make, weights):
    members = [make(seed) for seed in range(3)]
    wanted = get_weighted_score([m.values for m in members], weights)
    found = fuse(members, weights)
    np.testing.assert_allclose(
        found.values, np.array(wanted) / sum(weights), rtol=1e-5
    )
    assert is_probability(found.values)
    # Only the proportions of the weights count.
    again = fuse(members, [3 * weight for weight in weights])
    np.testing.assert_allclose(again.values, found.values, rtol=1e-6)


@pytest.mark.parametrize('weights', [(1, 0), (0, 1), (0.3, 0)])
@pytest.mark.parametrize('probable', [True, False])
def test_weights_of_one_and_nothing_are_that_member(make, weights, probable):
    members = [make(seed, softmax=probable) for seed in range(2)]
    wanted = members[int(np.argmax(weights))].values
    np.testing.assert_array_equal(fuse(members, weights).values, wanted)


@given(st.permutations(range(40)))
def test_the_order_of_clips_never_matters(make, order):
    a, b = make(0), make(1)
    rows = np.array(order)
    mixed = make_scores('b', b.ids[rows], b.values[rows], b.labels[rows])
    np.testing.assert_array_equal(
        fuse([a, mixed], (1, 0.5)).values, fuse([a, b], (1, 0.5)).values
    )


@pytest.mark.parametrize(
    'weights', [(1,), (1, -1), (0, 0), (1, np.nan), (np.inf, 1), (1, 1, 1)]
)
def test_weights_that_cannot_be(make, weights):
    with pytest.raises(ValueError, match='weight'):
        fuse([make(0), make(1)], weights)


def test_facts_that_all_share_stay(make):
    a = replace(make(0), facts=dict(split='test', checkpoint='a.pth'))
    b = replace(make(1), facts=dict(split='test', checkpoint='b.pth'))
    assert fuse([a, b], (1, 1)).facts == dict(split='test')


def test_probabilities_and_logits_are_not_added(make):
    members = [make(0), make(1, softmax=False)]
    words = '0.npz holds probabilities and 1.npz does not.*--softmax'
    with pytest.raises(ValueError, match=words):
        comparable(members)
    with pytest.raises(ValueError, match=words):
        comparable(members[::-1])
    first, second = comparable(members, softmax=True)
    # A second softmax would flatten it.
    assert first is members[0]
    np.testing.assert_allclose(
        second.values, softmax(members[1].values, 1), rtol=1e-5
    )
    raw = [make(seed, softmax=False) for seed in range(2)]
    assert comparable(raw) == raw


def test_what_counts_as_a_probability(make):
    values = make(0).values
    assert is_probability(values)
    assert is_probability(values.astype(np.float16))
    assert not is_probability(2 * values)
    assert not is_probability(values - values.max())
    # Logits may happen to sum to 1.
    assert not is_probability(np.array([[2.0, -1.0]]))
