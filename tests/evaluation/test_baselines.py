import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skeletonmae_plugin.evaluation import (
    interpolate_hidden,
    interpolate_in_space,
    interpolate_in_time,
)
from skeletonmae_plugin.layouts import get_layout, layout_names


def reference_in_time(x, known):
    """One joint and one frame at a time, with numpy's own interpolation."""
    out = np.zeros_like(x)
    for v in range(x.shape[1]):
        frames = np.flatnonzero(known[:, v])
        for c in range(x.shape[2]):
            if len(frames):
                out[:, v, c] = np.interp(
                    np.arange(len(x)), frames, x[frames, v, c]
                )
    return out


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 9),
    st.integers(1, 5),
    st.floats(0, 1),
    st.integers(0, 10**6),
)
def test_time_equals_loop(num_frames, num_joints, share, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(2, num_frames, num_joints, 3))
    known = rng.random((2, num_frames, num_joints)) < share
    pairs = zip(x, known, strict=True)
    expected = np.stack([reference_in_time(*pair) for pair in pairs])
    np.testing.assert_allclose(
        interpolate_in_time(x, known), expected, atol=1e-12
    )


def test_exact_for_linear_motion():
    rng = np.random.default_rng(0)
    start, speed = rng.normal(size=(2, 3, 1, 17, 2))
    x = start + np.arange(10)[:, None, None] * speed
    known = rng.random((3, 10, 17)) < 0.4
    known[:, [0, -1]] = True
    filled = interpolate_hidden(x, known, get_layout('coco').adjacency)
    np.testing.assert_allclose(filled, x, atol=1e-12)


@pytest.mark.parametrize('name', layout_names())
def test_space_is_mean_of_neighbours(name):
    layout = get_layout(name)
    num_joints = layout.num_joints
    rng = np.random.default_rng(1)
    x = rng.normal(size=(4, 3, num_joints, 2))
    seen = rng.random((4, num_joints)) < 0.5
    seen[:, 0] = True
    filled = interpolate_in_space(x, seen, layout.adjacency)
    mean = (layout.adjacency @ filled) / layout.adjacency.sum(1)[:, None]
    where = np.broadcast_to(seen[:, None, :, None], x.shape)
    np.testing.assert_array_equal(filled[where], x[where])
    np.testing.assert_allclose(filled[~where], mean[~where], atol=1e-6)


def test_space_is_linear_along_a_chain():
    chain = np.eye(4, k=1) + np.eye(4, k=-1)
    x = np.array([0.0, 9.0, 9.0, 3.0]).reshape(1, 1, 4, 1)
    seen = np.array([[True, False, False, True]])
    filled = interpolate_in_space(x, seen, chain).ravel()
    np.testing.assert_allclose(filled, [0, 1, 2, 3], atol=1e-12)


def test_hidden_values_are_not_read_and_no_joint_gives_zero():
    layout = get_layout('coco')
    rng = np.random.default_rng(2)
    x = rng.normal(size=(2, 5, 17, 2))
    known = rng.random((2, 5, 17)) < 0.5
    known[:, :, 9] = False
    known[1] = False
    poisoned = np.where(known[..., None], x, np.nan)
    filled = interpolate_hidden(poisoned, known, layout.adjacency)
    np.testing.assert_array_equal(
        filled, interpolate_hidden(x, known, layout.adjacency)
    )
    assert np.isfinite(filled).all() and not filled[1].any()
    np.testing.assert_allclose(filled[0, :, 9], filled[0, :, 7], atol=1e-12)
