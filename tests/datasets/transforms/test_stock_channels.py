"""Three channels for MMAction2's networks, whatever a file holds."""

import numpy as np
import pytest

from skeletonmae_plugin.datasets import StockChannels


def clip(coords, score):
    rng = np.random.default_rng(0)
    results = dict(
        keypoint=rng.normal(size=(2, 4, 17, coords)).astype(np.float32),
        valid=rng.random((2, 4, 17)) < 0.7,
    )
    if score:
        results['keypoint_score'] = rng.random((2, 4, 17)).astype(np.float32)
    return results


def test_flat_joints_without_a_score_get_one_where_they_are_known():
    results = clip(2, score=False)
    score = StockChannels()(results)['keypoint_score']
    assert score.dtype == np.float32
    assert np.array_equal(score == 1, results['valid'])
    assert np.array_equal(score == 0, ~results['valid'])


def test_where_nothing_is_known_of_joints_their_zeros_tell():
    results = clip(2, score=False)
    valid = results.pop('valid')
    results['keypoint'][~valid] = 0
    score = StockChannels()(results)['keypoint_score']
    assert np.array_equal(score, valid.astype(np.float32))


def test_a_score_of_flat_joints_stays():
    results = clip(2, score=True)
    score = results['keypoint_score'].copy()
    assert np.array_equal(StockChannels()(results)['keypoint_score'], score)


@pytest.mark.parametrize('score', [True, False])
def test_joints_in_space_have_none(score):
    results = clip(3, score)
    keypoint = results['keypoint'].copy()
    results = StockChannels()(results)
    assert 'keypoint_score' not in results
    assert np.array_equal(results['keypoint'], keypoint)


def test_repr():
    assert repr(StockChannels()) == 'StockChannels()'
