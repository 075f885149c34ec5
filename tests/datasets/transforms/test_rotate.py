import numpy as np
import pytest


@pytest.mark.parametrize(
    'coords, angles',
    [(2, dict(roll=30)), (3, dict(yaw=180, tilt=10, roll=5))],
)
def test_bodies_keep_their_shape(apply, clip, coords, angles):
    given = clip(coords=coords)
    out = apply(dict(type='RotateSkeleton', **angles), given)
    x, y = given['keypoint'], out['keypoint']
    assert not np.allclose(x, y)
    for a, b in (
        (x, y),
        (np.diff(x, axis=1), np.diff(y, axis=1)),
        (np.diff(x, axis=2), np.diff(y, axis=2)),
    ):
        np.testing.assert_allclose(
            np.linalg.norm(a, axis=-1),
            np.linalg.norm(b, axis=-1),
            rtol=1e-4,
            atol=1e-5,
        )


def test_angles_are_within_their_bounds(apply, clip):
    given = clip(
        lead=(500,), persons=1, frames=1, joints=1, coords=2, seen=1.0
    )
    given['keypoint'][:] = 1, 0
    x, y = (
        apply(dict(type='RotateSkeleton', yaw=90, roll=20), given)['keypoint']
        .reshape(-1, 2)
        .T
    )
    angle = np.degrees(np.arctan2(y, x))
    assert 19 < angle.max() <= 20.001 and -20.001 <= angle.min() < -19


@pytest.mark.parametrize('name, axis', [('yaw', 1), ('tilt', 0), ('roll', 2)])
def test_each_angle_leaves_its_own_axis(apply, clip, name, axis):
    given = clip(seen=1.0)
    cfg = dict(type='RotateSkeleton', **{name: 50})
    out = apply(cfg, given)['keypoint']
    moved = np.abs(out - given['keypoint']).max((0, 1, 2, 3)) > 1e-3
    assert moved.tolist() == [i != axis for i in range(3)]


def test_in_2d_the_camera_only_rolls(apply, clip):
    cfg = dict(type='RotateSkeleton', roll=30)
    alone = apply(cfg, clip(coords=2))['keypoint']
    both = apply(dict(cfg, yaw=60, tilt=10), clip(coords=2))['keypoint']
    np.testing.assert_array_equal(alone, both)


@pytest.mark.parametrize('name', ['yaw', 'tilt', 'roll'])
def test_impossible_angles(apply, clip, name):
    with pytest.raises(ValueError, match='none below 0; got'):
        apply(dict(type='RotateSkeleton', **{name: -1}), clip())
