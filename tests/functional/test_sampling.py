import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from skeletonmae_plugin.functional.sampling import (
    centre_offsets,
    draw_window,
    frame_indices,
    take_frames,
)


@settings(max_examples=80, deadline=None)
@given(
    frames=st.integers(1, 300),
    clip_len=st.integers(1, 80),
    lead=st.sampled_from([(), (3,), (2, 2)]),
    seed=st.integers(0, 99),
    crop=st.floats(0.05, 1),
    speed=st.floats(0.1, 1.9),
)
def test_indices_are_frames_in_order_and_alike_in_torch(
    frames, clip_len, lead, seed, crop, speed
):
    rng = np.random.default_rng(seed)
    offset = rng.random((*lead, clip_len))
    start, length = draw_window(rng, (crop, 1.0), lead)
    speeds = np.full(lead, speed)
    ours = frame_indices(frames, offset, start, length, speeds)
    assert ours.dtype == np.int64 and ours.shape == (*lead, clip_len)
    assert ours.min() >= 0 and ours.max() < frames
    assert (np.diff(ours, axis=-1) >= 0).all()
    first, last = start * frames, (start + length) * frames
    assert (ours.min(-1) >= np.floor(first)).all()
    assert (ours.max(-1) <= np.ceil(last)).all()
    theirs = frame_indices(
        frames,
        torch.from_numpy(offset),
        start,
        length,
        torch.from_numpy(speeds),
    )
    np.testing.assert_array_equal(ours, theirs.numpy())


@pytest.mark.parametrize('offset', [0.0, 0.5, 0.99])
def test_a_clip_of_just_that_length_is_taken_whole(offset):
    indices = frame_indices(16, np.full(16, offset))
    np.testing.assert_array_equal(indices, np.arange(16))


def test_one_frame_fills_a_clip():
    np.testing.assert_array_equal(frame_indices(1, np.zeros(5)), np.zeros(5))


def test_centres_of_a_test():
    np.testing.assert_array_equal(
        frame_indices(12, centre_offsets(1, 4)), [[1, 4, 7, 10]]
    )
    clips = frame_indices(400, centre_offsets(10, 4))
    assert len({tuple(c) for c in clips}) == 10
    assert (np.diff(clips[:, 0]) == 10).all()


def test_speed_at_the_beginning():
    def steps(speed):
        return np.diff(
            frame_indices(1000, np.full(50, 0.5), speed=speed)
        ).astype(float)

    np.testing.assert_array_equal(steps(1.0), np.full(49, 20))
    slow = steps(0.5)
    assert slow[0] == pytest.approx(10, abs=1.1)
    assert slow[-1] == pytest.approx(30, abs=1.1)


def test_every_frame_is_drawn():
    rng = np.random.default_rng(0)
    drawn = frame_indices(40, rng.random((500, 8)))
    assert len(np.unique(drawn)) == 40


@pytest.mark.parametrize('as_torch', [False, True])
def test_take_frames(as_torch):
    x = np.arange(2 * 5 * 3).reshape(2, 5, 3)
    frames = np.array([[0, 4], [1, 1], [3, 2]])
    taken = take_frames(torch.from_numpy(x) if as_torch else x, frames)
    assert tuple(taken.shape) == (3, 2, 2, 3)
    for n, m, t in np.ndindex(3, 2, 2):
        np.testing.assert_array_equal(taken[n, m, t], x[m, frames[n, t]])
