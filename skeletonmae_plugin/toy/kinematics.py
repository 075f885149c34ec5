"""From joint angles to points in space."""

from dataclasses import dataclass, fields

import numpy as np

from .body import FRAMES, POINTS, SIDES, Body

# Shares of a trunk angle that pelvis, spine and chest take.
_LEAN = dict(pelvis=0.45, spine=0.3, chest=0.25)
_TWIST = dict(pelvis=0.2, spine=0.4, chest=0.4)
# A foot stays level as far as an ankle can bend (degrees, toes down > 0).
_ANKLE_RANGE = (-35, 50)
# Heights (m) within which both feet bear weight.
_STANCE_SOFTNESS = 0.015


@dataclass
class Pose:
    """Joint angles of one person over time, in degrees.

    The first group has shape (T,), the second (T, 2) with left, right. All
    zero is standing straight with hanging arms. A positive angle bends the
    body the way its name says, and the same on both sides: ``flex`` forward,
    ``abduct`` away from the body, arm ``twist`` inwards.
    """

    yaw: np.ndarray  # heading, to the left
    lift: np.ndarray  # metres above the ground, in a jump
    lean: np.ndarray  # trunk, forward
    side: np.ndarray  # trunk, to the left
    twist: np.ndarray  # trunk, to the left
    nod: np.ndarray  # head, down
    look: np.ndarray  # head, to the left
    tilt: np.ndarray  # head, to the left shoulder
    arm_flex: np.ndarray
    arm_abduct: np.ndarray
    arm_twist: np.ndarray
    elbow: np.ndarray
    wrist: np.ndarray
    leg_flex: np.ndarray
    leg_abduct: np.ndarray
    leg_twist: np.ndarray
    knee: np.ndarray
    toe: np.ndarray

    @classmethod
    def zeros(cls, num_frames: int) -> 'Pose':
        """Standing straight for T frames."""
        names = [field.name for field in fields(cls)]
        paired = names.index('arm_flex')
        return cls(
            **{
                name: np.zeros((num_frames, 2) if i >= paired else num_frames)
                for i, name in enumerate(names)
            }
        )

    @property
    def num_frames(self) -> int:
        """T."""
        return len(self.yaw)


def rotation(x: np.ndarray, z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Rotation matrices Rx @ Rz @ Ry of angles in degrees, (..., 3, 3)."""
    x, z, y = (np.deg2rad(angle) for angle in np.broadcast_arrays(x, z, y))
    (cx, cz, cy), (sx, sz, sy) = np.cos([x, z, y]), np.sin([x, z, y])
    return np.stack(
        [
            cz * cy,
            -sz,
            cz * sy,
            cx * sz * cy + sx * sy,
            cx * cz,
            cx * sz * sy - sx * cy,
            sx * sz * cy - cx * sy,
            sx * cz,
            sx * sz * sy + cx * cy,
        ],
        -1,
    ).reshape(x.shape + (3, 3))


def _local_angles(pose: Pose) -> dict[str, tuple]:
    """Angles about x, z and y of each frame in its parent's axes."""
    zero = np.zeros(pose.num_frames)
    angles = dict(
        root=(zero, zero, pose.yaw), head=(pose.nod, -pose.tilt, pose.look)
    )
    for frame, share in _LEAN.items():
        turn = _TWIST[frame]
        angles[frame] = (
            share * pose.lean,
            -share * pose.side,
            turn * pose.twist,
        )
    ankle = np.clip(pose.leg_flex - pose.knee, *_ANKLE_RANGE) + pose.toe
    for i, (side, sign) in enumerate(zip(SIDES, (1, -1), strict=True)):
        angles.update(
            {
                f'{side}_upper_arm': (
                    -pose.arm_flex[:, i],
                    sign * pose.arm_abduct[:, i],
                    -sign * pose.arm_twist[:, i],
                ),
                f'{side}_forearm': (-pose.elbow[:, i], zero, zero),
                f'{side}_palm': (-pose.wrist[:, i], zero, zero),
                f'{side}_thigh': (
                    -pose.leg_flex[:, i],
                    sign * pose.leg_abduct[:, i],
                    sign * pose.leg_twist[:, i],
                ),
                f'{side}_shank': (pose.knee[:, i], zero, zero),
                f'{side}_foot': (ankle[:, i], zero, zero),
            }
        )
    return angles


def _posed(pose: Pose, body: Body) -> np.ndarray:
    """Points (T, P, 3) of a body whose hip centre stays at the origin."""
    angles = _local_angles(pose)
    local = rotation(
        *(
            np.stack([angles[frame][axis] for frame in FRAMES])
            for axis in range(3)
        )
    )
    turn: dict[str, np.ndarray] = {}
    origin: dict[str, np.ndarray] = {}
    offsets = body.frame_offsets()
    for i, (frame, parent) in enumerate(FRAMES.items()):
        if not parent:
            turn[frame], origin[frame] = local[i], np.zeros(local.shape[1:3])
            continue
        turn[frame] = turn[parent] @ local[i]
        origin[frame] = origin[parent] + turn[parent] @ offsets[frame]
    order = {frame: i for i, frame in enumerate(FRAMES)}
    points = body.point_offsets()
    index = [order[points[name][0]] for name in POINTS]
    place = np.array([points[name][1] for name in POINTS])
    turns = np.stack([turn[frame] for frame in FRAMES], 1)[:, index]
    origins = np.stack([origin[frame] for frame in FRAMES], 1)[:, index]
    return origins + np.einsum('tpij,pj->tpi', turns, place)


def _soles(points: np.ndarray) -> np.ndarray:
    """Heels and toes, (T, 2 sides, 2, 3)."""
    return points[
        :,
        [
            [POINTS.index(f'{side}_{name}') for name in ('heel', 'toe')]
            for side in SIDES
        ],
    ]


def forward_kinematics(pose: Pose, body: Body) -> np.ndarray:
    """Points of a moving body, in metres.

    The body stands on the ground (y = 0) unless it is lifted, and the foot
    that bears the weight does not slide: this is what makes a walk go
    forward.

    Args:
        pose: Angles over T frames.
        body: Segment lengths.

    Returns:
        (T, P, 3) in the order of ``POINTS``; the hip centre of the first
        frame is above the origin, heading along z.
    """
    points = _posed(pose, body)
    soles = _soles(points)
    height = soles[..., 1].min(-1)
    ground = height.min(-1)
    points[..., 1] += (pose.lift - ground)[:, None]

    load = np.exp((ground[:, None] - height) / _STANCE_SOFTNESS)
    load = load[1:] * load[:-1] + 1e-9
    load /= load.sum(-1, keepdims=True)
    slide = np.diff(soles.mean(2), axis=0)
    travel = -np.cumsum((load[..., None] * slide).sum(1), 0)
    points[1:, :, 0] += travel[:, None, 0]
    points[1:, :, 2] += travel[:, None, 2]
    return points
