"""What two people do to each other."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from . import actions
from .body import POINTS, SIDES
from .kinematics import Pose, forward_kinematics
from .performers import Take, ease, keyframes, settle

_TURNED = np.array([-1.0, 1.0, -1.0])


@dataclass
class Encounter:
    """Two people who face each other.

    ``touch`` names a point of each; where the two come closest, they are
    ``gap`` metres apart.
    """

    first: Pose
    second: Pose
    touch: tuple = ('hip_centre', 'hip_centre')
    gap: float = 0.0

    def place(self, first: Take, second: Take) -> np.ndarray:
        """(2, T, P, 3): the second person stands opposite the first."""
        one = forward_kinematics(self.first, first.performer.body)
        two = forward_kinematics(self.second, second.performer.body)
        near, far = (POINTS.index(name) for name in self.touch)
        reach = one[:, near, 2] + two[:, far, 2]
        two = two * _TURNED + [0.0, 0.0, reach.max() + self.gap]
        return np.stack([one, two])


Interaction = Callable[[Take, Take], Encounter]


def _strong(take: Take, joint: str) -> str:
    return f'{SIDES[take.strong]}_{joint}'


def _progress(take: Take) -> np.ndarray:
    return (take.time - take.time[0]) / take.duration


def _recoil(take: Take, hit: np.ndarray) -> Pose:
    """Stand, and lean back after a blow (delayed by a few frames)."""
    delay = max(1, len(hit) // 12)
    late = np.concatenate([np.zeros(delay), hit])[: len(hit)]
    pose = take.stand()
    pose.lean -= late * take.habit(14, 34)
    pose.leg_flex[:, take.weak] -= late * take.habit(8, 24)
    pose.knee[:, take.strong] += late * 14
    pose.arm_flex += (late * take.habit(10, 50))[:, None]
    pose.arm_abduct += (late * take.habit(4, 30))[:, None]
    pose.elbow += (late * take.habit(10, 60))[:, None]
    return pose


def approach(first: Take, second: Take) -> Encounter:
    """One walks up to the other, who may come too."""
    poses = []
    for take, comes in ((first, True), (second, second.rng.random() < 0.3)):
        pose = take.stand()
        stop = take.rng.uniform(0.45, 0.85)
        go = 1 - ease((_progress(take) - stop) / 0.15)
        actions.stride(pose, take, 0.75 * go * comes)
        poses.append(pose)
    return Encounter(poses[0], poses[1], gap=first.rng.uniform(0.6, 1.0))


def depart(first: Take, second: Take) -> Encounter:
    """One turns round and walks away."""
    pose = first.stand()
    x = _progress(first)
    start = first.rng.uniform(-0.1, 0.15)
    actions.stride(pose, first, 0.75 * ease((x - start) / 0.2))
    pose.yaw += first.sign * 180 * ease((x - start) / 0.3)
    return Encounter(pose, second.stand(), gap=first.rng.uniform(0.6, 1.0))


def handshake(first: Take, second: Take) -> Encounter:
    """Both reach out and shake hands."""
    phase = first.events(2.6)
    reach = keyframes(phase, (0, 0.3, 0.75, 1), (0, 1, 1, 0))
    shake = reach * np.sin(2 * np.pi * first.cycles(0.4))
    poses = [_hold_out(take, reach, 28, 48) for take in (first, second)]
    for take, pose in zip((first, second), poses, strict=True):
        pose.elbow[:, take.strong] += 7 * shake
    return Encounter(
        poses[0],
        poses[1],
        touch=(_strong(first, 'hand'), _strong(second, 'hand')),
    )


def exchange(first: Take, second: Take) -> Encounter:
    """One hands something to the other and takes the hand back with less."""
    phase = first.events(2.6)
    give = keyframes(phase, (0, 0.35, 0.5, 0.8, 1), (0, 1, 1, 0, 0))
    take_ = keyframes(
        phase, (0, 0.15, 0.4, 0.55, 0.9, 1), (0, 0, 1, 1, 0.35, 0.3)
    )
    poses = [_hold_out(first, give, 48, 70), _hold_out(second, take_, 48, 70)]
    for pose in poses:
        pose.lean += 5 * give
    return Encounter(
        poses[0],
        poses[1],
        touch=(_strong(first, 'hand_tip'), _strong(second, 'hand_tip')),
    )


def _hold_out(take: Take, reach: np.ndarray, low: float, high: float) -> Pose:
    """Reach forward with the strong hand, towards the middle."""
    pose, arm = take.stand(), take.strong
    pose.arm_flex[:, arm] += reach * take.habit(low, high)
    settle(pose.elbow[:, arm], reach, take.habit(18, 45))
    pose.arm_abduct[:, arm] -= reach * 26
    pose.arm_twist[:, arm] -= reach * 15
    pose.lean += reach * take.habit(0, 10)
    return pose


def push(first: Take, second: Take) -> Encounter:
    """Push the other away with both hands."""
    pose = first.stand()
    phase = first.events(1.6)
    times = (0, 0.25, 0.42, 0.6, 0.95, 1)
    out = keyframes(phase, times, (0, 0, 1, 1, 0, 0))
    ready = keyframes(phase, times, (0, 1, 1, 1, 0, 0))
    settle(pose.arm_flex, ready, 15 + 60 * out)
    settle(pose.elbow, ready, 95 - 85 * out)
    settle(pose.arm_abduct, ready, 6.0)
    settle(pose.arm_twist, ready, 12.0)
    settle(pose.wrist, ready, -45.0 * out)
    pose.lean += out * first.habit(8, 24)
    pose.leg_flex[:, first.weak] += ready * first.habit(8, 22)
    pose.leg_flex[:, first.strong] -= ready * 12
    return Encounter(
        pose,
        _recoil(second, out),
        touch=(_strong(first, 'hand'), 'chest'),
        gap=0.03,
    )


def kick_other(first: Take, second: Take) -> Encounter:
    """Kick the other."""
    pose = actions.kick(first)
    hit = ease((pose.leg_flex[:, first.strong] - 20) / 30)
    return Encounter(
        pose,
        _recoil(second, hit),
        touch=(_strong(first, 'toe'), 'hip_centre'),
        gap=0.08,
    )


def punch_other(first: Take, second: Take) -> Encounter:
    """Punch the other."""
    pose = actions.punch(first)
    hit = ease((50 - pose.elbow.min(-1)) / 30)
    return Encounter(
        pose,
        _recoil(second, hit),
        touch=(_strong(first, 'hand'), 'chest'),
        gap=0.05,
    )


def hug(first: Take, second: Take) -> Encounter:
    """Walk up to each other and hug."""
    poses = []
    for take in (first, second):
        pose = take.stand()
        x = _progress(take)
        actions.stride(pose, take, 0.7 * (1 - ease((x - 0.25) / 0.2)))
        on = ease((x - 0.2) / 0.3)
        settle(pose.arm_flex, on, take.habit(40, 72))
        settle(pose.arm_abduct, on, 20.0)
        settle(pose.elbow, on, take.habit(65, 90))
        settle(pose.arm_twist, on, 62.0)
        pose.lean += on * take.habit(3, 12)
        pose.tilt += on * 18
        poses.append(pose)
    return Encounter(poses[0], poses[1], gap=first.rng.uniform(0.28, 0.4))


INTERACTIONS: dict[str, Interaction] = dict(
    approach=approach,
    depart=depart,
    kick_other=kick_other,
    push=push,
    handshake=handshake,
    hug=hug,
    exchange=exchange,
    punch_other=punch_other,
)
