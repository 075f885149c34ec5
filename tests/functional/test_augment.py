import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from skeletonmae_plugin.functional.augment import (
    draw_uniform,
    exchange,
    jitter,
    mirror,
    rotate,
    rotation_2d,
    rotation_3d,
    scale,
    scale_bones,
)
from skeletonmae_plugin.layouts import get_layout, layout_names

leads = st.sampled_from([(), (1,), (3,), (2, 2)])


def cloud(lead, joints=17, coords=3, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(*lead, 2, 4, joints, coords)).astype(np.float32)


def torches(*arrays):
    return [torch.from_numpy(np.asarray(a)) for a in arrays]


@settings(max_examples=30, deadline=None)
@given(lead=leads, seed=st.integers(0, 99))
def test_numpy_equals_torch(lead, seed):
    rng = np.random.default_rng(seed)
    x = cloud(lead, seed=seed)
    valid = rng.random(x.shape[:-1]) < 0.5
    index = get_layout('coco').flip_index
    angles = rng.uniform(-3, 3, (*lead, 3))
    flip = np.asarray(rng.random(lead) < 0.5)
    factor, noise = rng.random((*lead, 1)), rng.normal(size=x.shape)
    tx, tvalid, tangles, tflip, tfactor, tnoise = torches(
        x, valid, angles, flip, factor, noise
    )
    pairs = [
        (rotation_3d(angles), rotation_3d(tangles)),
        (rotation_2d(angles[..., 0]), rotation_2d(tangles[..., 0])),
        (rotate(x, rotation_3d(angles)), rotate(tx, rotation_3d(tangles))),
        (scale(x, factor), scale(tx, tfactor)),
        (jitter(x, noise, valid), jitter(tx, tnoise, tvalid)),
        (mirror(x, flip, index), mirror(tx, tflip, index)),
        (exchange(valid, flip, index), exchange(tvalid, tflip, index)),
    ]
    for ours, theirs in pairs:
        assert str(ours.dtype) == str(theirs.dtype).removeprefix('torch.')
        np.testing.assert_allclose(ours, theirs.numpy(), atol=1e-6)


@settings(max_examples=30, deadline=None)
@given(lead=leads, coords=st.sampled_from([2, 3]), seed=st.integers(0, 99))
def test_rotations_keep_distances_and_handedness(lead, coords, seed):
    angles = np.random.default_rng(seed).uniform(-9, 9, (*lead, 3))
    matrix = (
        rotation_3d(angles) if coords == 3 else rotation_2d(angles[..., 0])
    )
    unit = np.broadcast_to(np.eye(coords), matrix.shape)
    np.testing.assert_allclose(
        matrix @ matrix.swapaxes(-1, -2), unit, atol=1e-12
    )
    np.testing.assert_allclose(np.linalg.det(matrix), 1)
    x = cloud(lead, coords=coords, seed=seed)
    turned = rotate(x, matrix)
    np.testing.assert_allclose(
        np.linalg.norm(turned, axis=-1), np.linalg.norm(x, axis=-1), rtol=1e-4
    )
    back = rotate(turned, matrix.swapaxes(-1, -2))
    np.testing.assert_allclose(back, x, atol=1e-5)


def test_directions_of_rotation():
    quarter = np.pi / 2

    def turn(point, *angles):
        return rotate(
            np.array(point, float).reshape(1, 1, 1, -1),
            rotation_3d(np.array(angles)),
        )[0, 0, 0]

    np.testing.assert_allclose(turn([0, 1, 0], 0, 1.2, 0), [0, 1, 0])
    np.testing.assert_allclose(
        turn([0, 0, 1], 0, quarter, 0), [1, 0, 0], atol=1e-12
    )
    np.testing.assert_allclose(
        turn([0, 1, 0], quarter, 0, 0), [0, 0, 1], atol=1e-12
    )
    np.testing.assert_allclose(
        turn([1, 0, 0], 0, 0, quarter), [0, 1, 0], atol=1e-12
    )
    # A raised camera stays raised wherever it stands: y is turned first.
    np.testing.assert_allclose(
        turn([0, 1, 0], 0.3, 2.1, 0), turn([0, 1, 0], 0.3, 0, 0)
    )


@pytest.mark.parametrize('name', layout_names())
@pytest.mark.parametrize('coords', [2, 3])
def test_mirror_is_an_involution(name, coords):
    layout = get_layout(name)
    x = cloud((3,), layout.num_joints, coords)
    flip = np.array([True, False, True])
    once = mirror(x, flip, layout.flip_index)
    np.testing.assert_array_equal(mirror(once, flip, layout.flip_index), x)
    np.testing.assert_array_equal(once[1], x[1])
    left, right = layout.flip_pairs[0]
    np.testing.assert_array_equal(once[0, ..., left, 0], -x[0, ..., right, 0])
    np.testing.assert_array_equal(once[0, ..., left, 1], x[0, ..., right, 1])


def test_an_absent_joint_stays_at_zero():
    x = cloud((2,))
    valid = np.random.default_rng(1).random(x.shape[:-1]) < 0.5
    x[~valid] = 0
    noise = np.ones_like(x)
    assert not jitter(x, noise, valid)[~valid].any()
    x[:] = 0
    for moved in (
        rotate(x, rotation_3d(np.ones((2, 3)))),
        scale(x, np.ones((2, 1))),
        mirror(x, np.array([1, 0], bool), get_layout('coco').flip_index),
    ):
        assert not moved.any() and not np.signbit(moved).any()


def test_identity_at_zero():
    x = cloud((2,))
    index = get_layout('coco').flip_index
    for same in (
        rotate(x, rotation_3d(np.zeros((2, 3)))),
        scale(x, np.ones((2, 1))),
        mirror(x, np.zeros(2, bool), index),
        jitter(x, 0 * x, np.ones(x.shape[:-1], bool)),
    ):
        np.testing.assert_array_equal(same, x)


def test_scale_of_each_axis():
    x = cloud((2,))
    scaled = scale(x, np.array([[1.0, 2, 3], [1, 1, 1]]))
    np.testing.assert_allclose(scaled[0], x[0] * np.float32([1, 2, 3]))
    np.testing.assert_array_equal(scaled[1], x[1])


def test_draws_lie_within_their_bounds():
    drawn = draw_uniform(np.random.default_rng(0), [0, -5], [1, -4], (300,))
    assert drawn.shape == (300, 2)
    assert drawn[:, 0].min() >= 0 and drawn[:, 1].max() <= -4
    assert (drawn.std(0) > 0.2).all()


def bones_one_by_one(x, factor, parents, valid, hidden):
    """The definition: joint by joint, frame by frame."""
    out = np.zeros_like(x)

    def shift(v, place, seen_only):
        """How far a joint goes; None where it is not there."""
        known = valid & ~hidden if seen_only else valid
        if not known[(*place, v)]:
            return None
        seen_only = bool(seen_only or not hidden[(*place, v)])
        known = valid & ~hidden if seen_only else valid
        up = parents[v]
        if up == v:
            return np.zeros(x.shape[-1])
        if known[(*place, up)]:
            bone = x[(*place, v)] - x[(*place, up)]
            return shift(up, place, seen_only) + bone * (factor[v] - 1)
        while up != parents[up]:
            up = parents[up]
            if known[(*place, up)]:
                return shift(up, place, seen_only)
        return np.zeros(x.shape[-1])

    for place in np.ndindex(x.shape[:-2]):
        for v in range(x.shape[-2]):
            moved = shift(v, place, False)
            if moved is not None:
                out[(*place, v)] = x[(*place, v)] + moved
    return out


@settings(max_examples=30, deadline=None)
@given(
    lead=leads,
    name=st.sampled_from(layout_names()),
    coords=st.sampled_from([2, 3]),
    masked=st.booleans(),
    seed=st.integers(0, 99),
)
def test_bones_are_scaled_from_the_root(lead, name, coords, masked, seed):
    layout, rng = get_layout(name), np.random.default_rng(seed)
    x = cloud(lead, layout.num_joints, coords, seed)
    valid = rng.random(x.shape[:-1]) < 0.8
    x[~valid] = 0
    hidden = (rng.random(valid.shape) < 0.4) & masked
    factor = rng.uniform(0.5, 2, (*lead, 2, layout.num_joints))
    given = (x, factor, layout.parents, valid, hidden if masked else None)
    out = scale_bones(*given)
    assert out.dtype == x.dtype and not out[~valid].any()
    torch.testing.assert_close(
        scale_bones(
            *torches(x, factor),
            layout.parents,
            *torches(valid),
            torch.from_numpy(hidden) if masked else None,
        ),
        torch.from_numpy(out),
    )
    for place in np.ndindex(factor.shape[:-1]):
        wanted = bones_one_by_one(
            x[place],
            factor[place],
            layout.parents,
            valid[place],
            hidden[place],
        )
        np.testing.assert_allclose(out[place], wanted, atol=1e-5)
    # No visible joint moves with a hidden one.
    x[hidden & valid] += 9
    shown = valid & ~hidden
    again = scale_bones(x, *given[1:])
    np.testing.assert_array_equal(out[shown], again[shown])


def test_bones_of_factor_one_stay():
    x = cloud((2,))
    valid = np.ones(x.shape[:-1], bool)
    parents = get_layout('coco').parents
    same = scale_bones(x, np.ones((2, 2, 17)), parents, valid, ~valid)
    np.testing.assert_array_equal(same, x)
