"""Viewing and projection, against loops and by meaning."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skeletonmae_plugin.toy.body import POINTS, Body
from skeletonmae_plugin.toy.camera import Camera, frame_shot, project
from skeletonmae_plugin.toy.kinematics import Pose, forward_kinematics


def standing():
    return forward_kinematics(Pose.zeros(1), Body())[0]


def at(points, name):
    return points[POINTS.index(name)]


def test_projection_equals_a_loop():
    points = np.random.default_rng(0).uniform(1, 3, (2, 4, 5, 3))
    got = project(points, 500.0, (320.0, 240.0))
    for index in np.ndindex(points.shape[:-1]):
        x, y, z = points[index]
        assert got[index] == pytest.approx(
            (320 - 500 * x / z, 240 - 500 * y / z)
        )


@given(
    yaw=st.floats(-180, 180),
    height=st.floats(0.3, 3),
    distance=st.floats(1.5, 8),
    roll=st.floats(-10, 10),
)
@settings(max_examples=30, deadline=None)
def test_view_is_rigid_right_handed_and_centred(yaw, height, distance, roll):
    camera = Camera(yaw, height, distance, (0.2, 0.9, -0.1), roll)
    np.testing.assert_allclose(
        camera.axes @ camera.axes.T, np.eye(3), atol=1e-12
    )
    assert np.linalg.det(camera.axes) == pytest.approx(1)
    target = camera.view(np.array(camera.target))
    np.testing.assert_allclose(target[:2], 0, atol=1e-12)
    assert target[2] == pytest.approx(np.hypot(distance, height - 0.9))


@pytest.mark.parametrize('yaw, left_is', [(0, 'right'), (180, 'left')])
def test_left_side_is_on_image_right_when_facing_the_camera(yaw, left_is):
    seen = Camera(yaw=yaw).view(standing())
    pixels = project(seen, 500.0, (320.0, 240.0))
    for name in ('shoulder', 'hip', 'wrist', 'ankle'):
        step = at(pixels, f'left_{name}')[0] - at(pixels, f'right_{name}')[0]
        assert (step > 0) == (left_is == 'right')
        # Depth sensors count x to their own left.
        assert (
            at(seen, f'left_{name}')[0] < at(seen, f'right_{name}')[0]
        ) == (left_is == 'right')
    assert at(pixels, 'head')[1] < at(pixels, 'left_ankle')[1]


def test_camera_at_the_left_hand_is_nearer_to_the_left_side():
    seen = Camera(yaw=90).view(standing())
    assert at(seen, 'left_shoulder')[2] < at(seen, 'right_shoulder')[2] - 0.2
    # The person looks to the picture's left.
    pixels = project(seen, 500.0)
    assert at(pixels, 'nose')[0] < at(pixels, 'left_ear')[0]


def test_camera_steps_back_from_people_only():
    path = standing() + np.array([0, 0, 3.0])
    camera = Camera(distance=2.0)
    clear = camera.clear_of(path)
    assert clear.view(path)[..., 2].min() >= 1.2
    assert clear.axes == pytest.approx(camera.axes, abs=0.2)
    assert camera.clear_of(standing()) is camera


@pytest.mark.parametrize('fill', [0.3, 0.9])
@pytest.mark.parametrize('img_shape', [(480, 640), (640, 480)])
def test_shot_fits_everything_into_the_picture(fill, img_shape):
    seen = Camera(yaw=40).view(standing())
    focal, centre = frame_shot(seen, img_shape, fill, np.random.default_rng(0))
    pixels = project(seen, focal, centre)
    size = np.array(img_shape[::-1])
    assert (pixels >= 0).all() and (pixels <= size).all()
    assert (np.ptp(pixels, axis=0) / size).max() == pytest.approx(fill)


def test_shot_that_is_too_close_cuts_both_ends_alike():
    seen = Camera().view(standing())
    focal, centre = frame_shot(seen, (480, 640), 1.2, np.random.default_rng(0))
    y = project(seen, focal, centre)[:, 1]
    assert y.min() == pytest.approx(-48) and y.max() == pytest.approx(528)
