"""Bodies that stand along any axis are found, and turned to y."""

import numpy as np
import pytest
import torch

from skeletonmae_plugin.functional.upright import (
    UPWARD,
    rise,
    turn_upright,
    up_of,
)
from skeletonmae_plugin.layouts import get_layout


def standing(up, layout):
    """(1, 4, V, 3) joints, the head above the legs."""
    axis, sign = 'xyz'.index(up[-1]), -1 if up[0] == '-' else 1
    x = np.random.default_rng(0).normal(0, 0.1, (1, 4, layout.num_joints, 3))
    x[..., layout.parts['head'], axis] += sign
    return x.astype(np.float32)


@pytest.mark.parametrize('up', UPWARD)
def test_the_head_comes_to_stand_above_the_legs(up):
    layout = get_layout('kinect20')
    x = standing(up, layout)
    known = np.ones(x.shape[:-1], bool)
    assert up_of([rise(x, known, layout)]) == up
    turned = turn_upright(x, up)
    assert up_of([rise(turned, known, layout)]) == 'y'


@pytest.mark.parametrize('up', UPWARD)
def test_a_turn_is_no_mirror(up):
    matrix = turn_upright(np.eye(3), up)
    np.testing.assert_array_equal(matrix @ matrix.T, np.eye(3))
    assert np.linalg.det(matrix) == 1


@pytest.mark.parametrize('up', UPWARD)
def test_numpy_and_torch_turn_alike(up):
    x = np.random.default_rng(0).normal(size=(2, 5, 3)).astype(np.float32)
    turned = turn_upright(torch.from_numpy(x), up)
    np.testing.assert_array_equal(turned.numpy(), turn_upright(x, up))


def test_images_cannot_be_turned():
    x = np.zeros((1, 4, 17, 2))
    assert turn_upright(x, 'y') is x
    with pytest.raises(ValueError, match='3 coordinates, got 2: images'):
        turn_upright(x, 'z')


@pytest.mark.parametrize('hidden', ['head', 'left_leg right_leg'])
def test_nothing_is_known_without_a_head_or_legs(hidden):
    layout = get_layout('kinect20')
    known = np.ones((1, 4, 20), bool)
    for part in hidden.split():
        known[..., layout.parts[part]] = False
    assert rise(standing('z', layout), known, layout) is None


def test_a_layout_without_a_head_tells_nothing():
    layout = get_layout(
        dict(
            name='arm',
            joints=('shoulder', 'elbow', 'hand'),
            bones=((0, 1), (1, 2)),
            parts=dict(upper=(0, 1), lower=(2,)),
        )
    )
    x = np.ones((1, 4, 3, 3))
    assert rise(x, np.ones(x.shape[:-1], bool), layout) is None


def test_head_and_legs_in_one_place_point_nowhere():
    layout = get_layout('kinect20')
    x = np.ones((1, 4, 20, 3))
    assert rise(x, np.ones(x.shape[:-1], bool), layout) is None


def test_head_and_legs_of_one_body_are_compared():
    """Who walks while first the head and then the legs are seen, stands."""
    layout = get_layout('kinect20')
    x = standing('z', layout)
    x[0, :, :, 0] += 10 * np.arange(4)[:, None]
    known = np.ones(x.shape[:-1], bool)
    known[0, 0, layout.parts['left_leg']] = False
    known[0, 0, layout.parts['right_leg']] = False
    known[0, 3, layout.parts['head']] = False
    assert up_of([rise(x, known, layout)]) == 'z'
    # Two persons, of one the head, of the other the legs.
    apart = np.concatenate([x[:, :1], x[:, 3:]])
    known = np.concatenate([known[:, :1], known[:, 3:]])
    assert rise(apart, known, layout) is None


@pytest.mark.parametrize('names', ['Head LeftLeg', 'my_head LEGS'])
def test_parts_are_known_by_their_names(names):
    head, legs = names.split()
    layout = get_layout(
        dict(
            name='stick',
            joints=('top', 'middle', 'foot'),
            bones=((0, 1), (1, 2)),
            parts={head: (0,), 'rest': (1,), legs: (2,)},
        )
    )
    x = np.zeros((1, 2, 3, 3))
    x[..., 0, 2] = 1
    np.testing.assert_array_equal(
        rise(x, np.ones(x.shape[:-1], bool), layout), [0, 0, 1]
    )


def test_most_bodies_decide():
    z, lying = np.array([0, 0, 1.0]), np.array([1.0, 0, 0])
    assert up_of([z, z, None, lying]) == 'z'
    assert up_of([-z, -z, -z, lying]) == '-z'


@pytest.mark.parametrize(
    'rises',
    [[], [None], [np.eye(3)[0], -np.eye(3)[0]], list(np.eye(3)[[0, 2, 1]])],
)
def test_without_agreement_nothing_is_turned(rises):
    assert up_of(rises) is None
