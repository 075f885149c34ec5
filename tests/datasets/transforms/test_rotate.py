import numpy as np
import pytest


@pytest.mark.parametrize(
    'coords, angles', [(2, 30), (2, [30]), (3, (10, 180, 5))]
)
def test_bodies_keep_their_shape(apply, clip, coords, angles):
    given = clip(coords=coords)
    out = apply(dict(type='RotateSkeleton', angles=angles), given)
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
        apply(dict(type='RotateSkeleton', angles=20), given)['keypoint']
        .reshape(-1, 2)
        .T
    )
    angle = np.degrees(np.arctan2(y, x))
    assert 19 < angle.max() <= 20.001 and -20.001 <= angle.min() < -19


@pytest.mark.parametrize(
    'angles, message',
    [
        ((1, 2), r'one number \(2D\) or three \(3D\)'),
        (-1, 'none below 0'),
        (5, r'1 angles do not fit C=3'),
    ],
)
def test_impossible_angles(apply, clip, angles, message):
    with pytest.raises(ValueError, match=message):
        apply(dict(type='RotateSkeleton', angles=angles), clip())
