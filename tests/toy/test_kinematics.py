"""Forward kinematics: rigid bones, feet on the ground, no sliding."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skeletonmae_plugin.toy.body import POINTS, Body
from skeletonmae_plugin.toy.kinematics import (
    Pose,
    forward_kinematics,
    rotation,
)

ANGLE = st.floats(-180, 180)
BONES = (
    ('left_shoulder', 'left_elbow', 'upper_arm'),
    ('right_elbow', 'right_wrist', 'forearm'),
    ('left_hip', 'left_knee', 'thigh'),
    ('right_knee', 'right_ankle', 'shank'),
    ('left_shoulder', 'right_shoulder', 'shoulder_width'),
    ('left_hip', 'right_hip', 'hip_width'),
)


def at(points, name):
    return points[..., POINTS.index(name), :]


def random_pose(seed, num_frames=6):
    rng = np.random.default_rng(seed)
    pose = Pose.zeros(num_frames)
    for channel in vars(pose).values():
        channel += rng.uniform(-80, 80, channel.shape)
    pose.lift[:] = 0
    return pose


@given(x=ANGLE, z=ANGLE, y=ANGLE)
@settings(max_examples=30, deadline=None)
def test_rotation_is_the_product_of_elementary_rotations(x, z, y):
    def about(axis, angle):
        cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
        i, j = [(1, 2), (2, 0), (0, 1)][axis]
        matrix = np.eye(3)
        matrix[i, i] = matrix[j, j] = cos
        matrix[i, j], matrix[j, i] = -sin, sin
        return matrix

    got = rotation(np.array(x), np.array(z), np.array(y))
    np.testing.assert_allclose(
        got, about(0, x) @ about(2, z) @ about(1, y), atol=1e-12
    )


@given(seed=st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_bones_keep_their_lengths_in_any_pose(seed):
    body = Body(thigh=0.39, forearm=0.28)
    points = forward_kinematics(random_pose(seed), body)
    for start, stop, segment in BONES:
        length = np.linalg.norm(at(points, start) - at(points, stop), axis=-1)
        np.testing.assert_allclose(length, getattr(body, segment), atol=1e-9)


@given(seed=st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_lowest_sole_is_on_the_ground_in_any_pose(seed):
    points = forward_kinematics(random_pose(seed), Body())
    soles = np.stack(
        [
            at(points, f'{side}_{end}')[:, 1]
            for side in ('left', 'right')
            for end in ('heel', 'toe')
        ]
    )
    np.testing.assert_allclose(soles.min(0), 0, atol=1e-9)


def test_standing_body_has_its_height_and_faces_forward():
    body = Body()
    points = forward_kinematics(Pose.zeros(2), body)[0]
    legs = body.ankle + body.shank + body.thigh + 0.02
    assert at(points, 'hip_centre')[1] == pytest.approx(legs)
    assert at(points, 'head_top')[1] == pytest.approx(body.height, abs=0.06)
    assert at(points, 'left_shoulder')[0] > 0 > at(points, 'right_hip')[0]
    assert at(points, 'nose')[2] > at(points, 'left_ear')[2]
    assert at(points, 'left_wrist')[1] < at(points, 'left_elbow')[1]


@pytest.mark.parametrize(
    'channel, point, axis, sign',
    [
        ('arm_flex', 'left_wrist', 2, 1),
        ('arm_abduct', 'left_wrist', 0, 1),
        ('arm_abduct', 'right_wrist', 0, -1),
        ('elbow', 'right_wrist', 2, 1),
        ('leg_flex', 'left_knee', 2, 1),
        ('leg_abduct', 'right_knee', 0, -1),
        ('lean', 'head', 2, 1),
        ('side', 'head', 0, 1),
        ('look', 'nose', 0, 1),
        ('nod', 'nose', 1, -1),
        ('tilt', 'head_top', 0, 1),
        ('twist', 'left_shoulder', 2, -1),
        ('yaw', 'nose', 0, 1),
    ],
)
def test_positive_angle_moves_a_point_the_way_its_name_says(
    channel, point, axis, sign
):
    still = forward_kinematics(Pose.zeros(1), Body())
    pose = Pose.zeros(1)
    getattr(pose, channel)[:] = 30
    moved = forward_kinematics(pose, Body())
    hips = at(moved, 'hip_centre') - at(still, 'hip_centre')
    step = (at(moved, point) - at(still, point) - hips)[0, axis]
    assert step * sign > 0.01


def test_knee_bends_the_foot_backward():
    pose = Pose.zeros(1)
    pose.knee[:, 0] = 60
    points = forward_kinematics(pose, Body())[0]
    assert at(points, 'left_ankle')[2] < at(points, 'left_knee')[2] - 0.2


def test_standing_foot_does_not_slide_while_the_other_leg_swings():
    pose = Pose.zeros(20)
    pose.leg_flex[:, 0] = np.linspace(20, 80, 20)
    pose.knee[:, 0] = 40
    points = forward_kinematics(pose, Body())
    foot = at(points, 'right_heel')
    np.testing.assert_allclose(
        foot, np.broadcast_to(foot[0], foot.shape), atol=1e-3
    )


def test_lift_raises_the_whole_body():
    pose = Pose.zeros(3)
    pose.lift[:] = 0, 0.3, 0
    points = forward_kinematics(pose, Body())
    np.testing.assert_allclose(
        points[1] - points[0],
        np.broadcast_to([0, 0.3, 0], points[0].shape),
        atol=1e-12,
    )
