"""Clips in the world."""

import numpy as np
import pytest

from skeletonmae_plugin.toy.body import POINTS
from skeletonmae_plugin.toy.performers import Performer
from skeletonmae_plugin.toy.scene import (
    NUM_ACCENTS,
    clip_time,
    perform,
    sample_length,
    turned,
)

PEOPLE = [Performer.sample(0, number) for number in range(3)]


def play(action='wave', people=1, accent=0, seed=0):
    return perform(
        action,
        PEOPLE[:people],
        np.linspace(0, 2, 30),
        np.random.default_rng(seed),
        accent,
    )


@pytest.mark.parametrize(
    'action, people, persons',
    [('walk', 1, 1), ('walk', 3, 3), ('handshake', 2, 2), ('hug', 3, 3)],
)
def test_everybody_named_appears(action, people, persons):
    assert play(action, people).shape == (persons, 30, len(POINTS), 3)


def test_actors_are_centred_on_the_ground():
    hips = play('approach', 2)[:, :, POINTS.index('hip_centre')]
    np.testing.assert_allclose(hips.mean((0, 1))[[0, 2]], 0, atol=1e-9)
    assert play()[..., 1].min() == pytest.approx(0)


def test_passer_by_keeps_away():
    for seed in range(10):
        points = play('wave', 2, seed=seed)
        hips = points[:, :, POINTS.index('hip_centre')]
        assert np.linalg.norm(hips[0] - hips[1], axis=-1).mean() > 0.7


def test_accents_change_the_pose():
    plain = play()
    for accent in range(1, NUM_ACCENTS):
        assert np.abs(play(accent=accent) - plain).max() > 0.1


def test_turned_goes_to_the_left():
    np.testing.assert_allclose(
        turned(np.array([0.0, 1, 2]), 90), [2, 1, 0], atol=1e-12
    )


def test_clips_last_long_enough_and_lengths_vary():
    rng = np.random.default_rng(0)
    lengths = [sample_length(rng, 12, 150, 45) for _ in range(300)]
    assert min(lengths) < 20 and max(lengths) > 100
    assert np.median(lengths) == pytest.approx(45, abs=6)
    for length in (2, 30, 150):
        time = clip_time(length, rng)
        assert len(time) == length
        assert 1.6 <= time[-1] + time[1] - time[0] + 1e-9 <= 4.6
