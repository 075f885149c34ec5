"""What the sensors get wrong."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skeletonmae_plugin.layouts import get_layout
from skeletonmae_plugin.toy.sensors import detect, sense_depth, smooth_noise

COCO = get_layout('coco')
SHAPE = (480, 640)


def scene(num_frames=30, persons=2, seed=0):
    rng = np.random.default_rng(seed)
    pixels = rng.uniform(100, 380, (persons, 1, 17, 2)).repeat(num_frames, 1)
    depth = 3 + rng.uniform(-0.2, 0.2, (persons, num_frames, 17))
    return pixels, depth


@given(seed=st.integers(0, 10**6), num_frames=st.integers(1, 40))
@settings(max_examples=25, deadline=None)
def test_unseen_joints_are_zero_with_score_zero(seed, num_frames):
    pixels, depth = scene(num_frames)
    keypoint, score = detect(
        pixels, depth, COCO, SHAPE, np.random.default_rng(seed)
    )
    assert keypoint.dtype == score.dtype == np.float16
    np.testing.assert_array_equal((keypoint == 0).all(-1), score == 0)
    assert (score >= 0).all() and (score <= 1).all()


def test_what_is_outside_the_picture_is_unseen():
    pixels, depth = scene()
    pixels[..., 3, 0] = 700
    pixels[..., 4, 1] = -60
    _, score = detect(pixels, depth, COCO, SHAPE, np.random.default_rng(0))
    assert (score[..., 3:5] == 0).all()
    assert (score > 0).mean() > 0.7


def test_some_joints_go_missing_and_some_limbs_change_sides():
    pixels, depth = scene()
    missing = swapped = 0
    for seed in range(60):
        keypoint, score = detect(
            pixels, depth, COCO, SHAPE, np.random.default_rng(seed)
        )
        missing += (score == 0).mean() / 60
        own = np.abs(keypoint - pixels).max(-1)
        other = np.abs(keypoint - pixels[:, :, COCO.flip_index]).max(-1)
        swapped += ((other < 15) & (own > 60) & (score > 0)).any()
    assert 0.01 < missing < 0.1
    assert 2 < swapped < 30


def test_error_grows_with_the_figure():
    def error(scale):
        pixels, depth = scene(persons=1)
        keypoint, score = detect(
            pixels * scale, depth, COCO, (4000, 4000), np.random.default_rng(5)
        )
        return np.median(np.abs(keypoint - pixels * scale)[score > 0])

    assert error(2.0) == pytest.approx(2 * error(1.0), rel=0.2)


def test_depth_noise_is_centimetres_and_sometimes_more():
    points = np.random.default_rng(0).uniform(1, 3, (1, 40, 17, 3))
    worst = []
    for seed in range(40):
        sensed = sense_depth(points, COCO, np.random.default_rng(seed))
        assert sensed.dtype == np.float32
        error = np.abs(sensed - points)
        assert 0.004 < np.median(error) < 0.02
        worst.append(error.max())
    assert max(worst) > 0.1 > min(worst)


def test_smooth_noise_drifts():
    noise = smooth_noise((3, 200, 5), np.random.default_rng(0))
    assert noise.shape == (3, 200, 5)
    assert np.abs(np.diff(noise, axis=1)).mean() < 0.3 * noise.std()
    assert noise.std() == pytest.approx(0.8, abs=0.2)
