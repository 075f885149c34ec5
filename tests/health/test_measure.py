"""The numbers of a clip, beside loops that count the same."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skeletonmae_plugin.health.measure import HUGE, JUMP, measure


def clip(seed, persons=2, frames=9, joints=6, coords=3):
    rng = np.random.default_rng(seed)
    pose = rng.normal(0, 1, (persons, 1, joints, coords))
    x = 5 + pose + rng.normal(0, 0.05, (persons, frames, joints, coords))
    x[rng.random(x.shape[:3]) < 0.1] = 0  # missing
    far = rng.random(x.shape[:3]) < 0.1
    x[far & x.any(-1)] += 20
    return x.astype(np.float32)


def counted(x):
    """Steps, jumps of each joint and the longest, joint by joint."""
    persons, frames, joints, _ = x.shape
    sizes = []
    for body in x.reshape(-1, joints, x.shape[-1]).astype(float):
        there = body[body.any(-1)]
        if len(there) > 1:
            square = ((there - there.mean(0)) ** 2).sum()
            sizes.append(np.sqrt(square / (len(there) - 1)))
    size = np.median(sizes)
    moves = []
    jumps = np.zeros(joints, int)
    for m in range(persons):
        for t in range(frames - 1):
            for v in range(joints):
                here, there = x[m, t, v], x[m, t + 1, v]
                if here.any() and there.any():
                    moves.append(np.linalg.norm(there - here) / size)
                    jumps[v] += moves[-1] > JUMP
    return len(moves), jumps, max(moves)


@pytest.mark.parametrize('coords', [2, 3])
@pytest.mark.parametrize('seed', range(4))
def test_jumps_as_a_loop_counts_them(seed, coords):
    x = clip(seed, coords=coords)
    numbers = measure(x)
    steps, jumps, farthest = counted(x)
    assert numbers.steps == steps
    np.testing.assert_array_equal(numbers.jumps, jumps)
    assert numbers.jumps.any()
    assert numbers.farthest == pytest.approx(farthest, rel=1e-4)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 99), st.floats(0.01, 1000), st.floats(-3, 3))
def test_units_and_place_play_no_part(seed, scale, shift):
    x = clip(seed)
    there = x.any(-1, keepdims=True)
    other = np.where(there, x * scale + shift * scale, 0).astype(np.float32)
    here, moved = measure(x), measure(other)
    np.testing.assert_array_equal(here.jumps, moved.jumps)
    assert moved.farthest == pytest.approx(here.farthest, rel=1e-3)
    assert moved.bodies == here.bodies


def test_joints_in_one_place_cannot_be_measured_by_their_size():
    way = np.random.default_rng(0).normal(700, 300, (1, 50, 1, 2))
    x = np.repeat(way, 17, 2).astype(np.float32)
    numbers = measure(x)
    assert numbers.steps == 49 * 17 and not numbers.jumps.any()
    assert not numbers.constant


def test_joints_are_counted_by_hand():
    x = np.ones((2, 3, 4, 2), np.float32)
    score = np.full(x.shape[:3], 0.5, np.float32)
    x[0, 0, 1] = 0  # missing
    x[0, 1, 2, 1] = np.nan
    x[0, 2, 3] = 2 * HUGE
    score[0, 0, 0] = 0  # not seen
    score[0, 1, 0] = np.nan
    score[0, 2, 0] = 1.3
    score[0, 2, 1] = -0.4
    x[1] = 0  # a place for a person that nobody takes
    numbers = measure(x, score)
    assert numbers.shape == (2, 3, 4, 2) and numbers.dtype == 'float32'
    assert (numbers.persons, numbers.bodies) == (1, 3)
    assert (numbers.non_finite, numbers.huge) == (2, 1)
    # In three frames: score 0 and NaN; 0 and a score below 0; NaN; huge.
    np.testing.assert_array_equal(numbers.missing, [2, 2, 1, 1])
    assert numbers.known == 12 - 6
    assert numbers.scores == pytest.approx((-0.4, 1.3))
    assert numbers.wrong_scores == 2
    assert numbers.largest == 1


@pytest.mark.parametrize('size, outside', [((10, 20), 2), ((20, 10), 1)])
def test_outside_counts_joints_beyond_the_edges(size, outside):
    x = np.full((1, 1, 4, 2), 10, np.float32)  # the edge belongs to it
    x[0, 0, 0] = (15, 5)
    x[0, 0, 1] = (5, 12)
    x[0, 0, 2] = (-1, 5)
    numbers = measure(x, None, size)
    assert numbers.outside == outside + (size == (20, 10))
    assert numbers.outside_turned == measure(x, None, size[::-1]).outside
    assert measure(x).outside is None
    assert measure(x, None, (0, 0)).outside is None  # not known
    assert measure(np.ones((1, 1, 4, 3)), None, size).outside is None


def test_constant_means_that_nothing_moves():
    x = np.repeat(clip(0, frames=1), 5, 1)
    assert measure(x).constant
    x[0, 2, np.flatnonzero(x[0, 2].any(-1))[0], 0] += 0.001
    assert not measure(x).constant
    assert not measure(x[:, :1]).constant  # one frame is another matter
    assert not measure(np.zeros_like(x)).constant


def test_the_same_persons_are_the_same_content():
    x = clip(0)
    content = measure(x).content
    assert measure(x[::-1]).content == content
    padded = np.concatenate([x, np.zeros_like(x)])
    assert measure(padded).content == content
    half = x.astype(np.float16)
    assert measure(half).content == measure(half.astype(np.float32)).content
    assert measure(x[:1]).content != content
    assert measure(x[:, ::-1]).content != content
    assert measure(np.zeros_like(x)).content is None
    one = x[:1, :1]
    assert measure(one).content != measure(one.reshape(1, 1, 9, 2)).content


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_numbers_can_be_measured(data):
    shape = data.draw(
        st.tuples(*[st.integers(1, 3)] * 3, st.integers(2, 3)), 'shape'
    )
    dtype = data.draw(
        st.sampled_from(['f2', 'f4', 'f8', 'i8', 'u1', 'u8']), 'dtype'
    )
    odd = [0, 1, 1e30, -1e300, np.nan, np.inf, -np.inf, 1e-40, 70000]
    values = data.draw(
        st.lists(st.sampled_from(odd), min_size=1, max_size=8), 'values'
    )
    with np.errstate(all='ignore'):
        x = np.resize(np.array(values), shape).astype(dtype)
        score = np.resize(np.array(values[::-1]), shape[:3]).astype(dtype)
    numbers = measure(x, score, (480, 640))
    places = int(np.prod(shape[:3]))
    assert 0 <= numbers.known <= places - numbers.non_finite - numbers.huge
    assert numbers.jumps.sum() <= numbers.steps
    assert np.isfinite(numbers.farthest) and np.isfinite(numbers.largest)
