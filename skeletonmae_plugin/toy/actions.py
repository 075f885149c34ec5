"""What people do: each action turns a take into joint angles."""

from collections.abc import Callable

import numpy as np

from .kinematics import Pose
from .performers import Take, keyframes, settle

Action = Callable[[Take], Pose]


def stride(
    pose: Pose, take: Take, amount: np.ndarray, period: float = 1.15
) -> None:
    """Add walking steps to a pose; ``amount`` (T,) is 0 where it stands."""
    angle = 2 * np.pi * take.cycles(period)
    reach = amount * take.habit(20, 30) * take.size
    swing = amount * take.habit(12, 34) * take.size
    bend = take.habit(45, 62)
    for side, shift in ((0, 0.0), (1, np.pi)):
        phase = angle + shift
        forward = np.maximum(np.cos(phase + 0.35), 0) ** 1.5
        pose.leg_flex[:, side] += reach * np.sin(phase) + amount * (
            3 + 14 * forward
        )
        pose.knee[:, side] += amount * (3 + bend * forward)
        push_off = np.maximum(np.sin(-phase - 0.5), 0) ** 3
        pose.toe[:, side] += amount * 22 * push_off
        pose.arm_flex[:, side] -= swing * np.sin(phase)
        pose.elbow[:, side] += amount * (8 - 8 * np.sin(phase))
    pose.twist += amount * take.habit(3, 9) * np.sin(angle)
    pose.side += amount * 2 * np.cos(angle)
    # Feet under the body, not astride.
    pose.leg_abduct *= (1 - 0.7 * amount)[:, None]


def idle(take: Take) -> Pose:
    """Stand about."""
    pose = take.stand()
    pose.look += take.wander(20)
    return pose


def walk(take: Take) -> Pose:
    """Walk, perhaps in a curve."""
    pose = take.stand()
    stride(pose, take, np.ones(len(take.time)))
    pose.lean += take.habit(0, 5)
    pose.yaw += take.rng.normal(0, 14) * take.time
    return pose


def wave(take: Take) -> Pose:
    """Wave with a raised hand."""
    pose, arm, on = take.stand(), take.strong, take.onset()
    swing = np.sin(2 * np.pi * take.cycles(take.habit(0.45, 0.75)))
    pose.arm_abduct[:, arm] += on * (
        take.habit(55, 125) * take.size + 6 * swing
    )
    pose.arm_flex[:, arm] += on * take.habit(10, 45)
    pose.elbow[:, arm] += on * (
        take.habit(35, 85) + take.habit(14, 30) * take.size * swing
    )
    pose.arm_twist[:, arm] += on * (-75 + 22 * swing)
    pose.side += on * take.sign * -4
    return pose


def squat(take: Take) -> Pose:
    """Bend the knees and rise again."""
    pose = take.stand()
    phase = take.events(2.0)
    down = keyframes(phase, (0, 0.42, 0.58, 0.95, 1), (0, 1, 1, 0, 0))
    depth = down * take.size * take.habit(75, 105)
    pose.leg_flex += depth[:, None]
    pose.knee += (1.2 * depth)[:, None]
    pose.leg_abduct += (down * take.habit(4, 14))[:, None]
    pose.leg_twist += (down * 15)[:, None]
    pose.lean += down * take.habit(18, 42)
    pose.nod -= down * 15
    pose.arm_flex += (down * take.habit(15, 95))[:, None]
    pose.elbow += (down * take.habit(-5, 25))[:, None]
    return pose


def jump(take: Take) -> Pose:
    """Jump up with both legs."""
    pose = take.stand()
    phase = take.events(1.4)
    crouch = keyframes(
        phase, (0, 0.25, 0.4, 0.68, 0.8, 1), (0, 1, 0, 0.05, 0.8, 0)
    ) * take.habit(35, 60)
    flight = np.clip((phase - 0.4) / 0.28, 0, 1)
    air = 4 * flight * (1 - flight)
    pose.lift += air * take.habit(0.18, 0.42) * take.size
    pose.leg_flex += (crouch + air * take.habit(0, 35))[:, None]
    pose.knee += (1.75 * crouch + air * take.habit(8, 70))[:, None]
    pose.toe += (35 * air**0.5)[:, None]
    pose.lean += 0.6 * crouch
    arms = keyframes(phase, (0, 0.24, 0.48, 0.72, 1), (0, -1, 3, 0.6, 0))
    pose.arm_flex += (arms * take.habit(15, 48) * take.size)[:, None]
    pose.elbow += (air * take.habit(0, 40))[:, None]
    return pose


def kick(take: Take) -> Pose:
    """Kick with one leg."""
    pose, leg = take.stand(), take.strong
    phase = take.events(1.5)
    times = (0, 0.28, 0.48, 0.56, 0.85, 1)
    height = take.habit(50, 95) * take.size
    pose.leg_flex[:, leg] += keyframes(
        phase, times, (0, -25, height, height, 0, 0)
    )
    pose.knee[:, leg] += keyframes(phase, times, (0, 75, 4, 10, 5, 0))
    pose.leg_abduct[:, leg] += keyframes(
        phase, times, (0, 4, take.habit(-4, 14), 2, 0, 0)
    )
    away = keyframes(phase, times, (0, 0.2, 1, 0.9, 0, 0))
    pose.lean -= away * take.habit(6, 22)
    pose.twist += take.sign * keyframes(phase, times, (0, 14, -14, -10, 0, 0))
    pose.arm_abduct += (away * take.habit(15, 50))[:, None]
    pose.arm_flex[:, take.weak] += away * take.habit(15, 50)
    pose.arm_flex[:, leg] -= away * 20
    pose.elbow += (away * take.habit(5, 40))[:, None]
    return pose


def throw(take: Take) -> Pose:
    """Throw something over the shoulder."""
    pose, arm = take.stand(), take.strong
    phase = take.events(1.7)
    times = (0, 0.32, 0.46, 0.56, 0.72, 1)
    size = take.size
    pose.arm_abduct[:, arm] += keyframes(
        phase, times, (0, 80 * size, 70, 15, 0, 0)
    )
    pose.arm_flex[:, arm] += keyframes(
        phase, times, (0, -10, 30, 110 * size, 45, 0)
    )
    pose.arm_twist[:, arm] += keyframes(phase, times, (0, -95, -70, 0, 0, 0))
    pose.elbow[:, arm] += keyframes(phase, times, (0, 95, 90, 5, 10, 0))
    pose.arm_flex[:, take.weak] += keyframes(
        phase, times, (0, take.habit(20, 75), 40, -10, 0, 0)
    )
    coil = take.habit(18, 40) * size
    pose.twist += take.sign * keyframes(
        phase, times, (0, coil, 0.4 * coil, -coil, -0.5 * coil, 0)
    )
    pose.lean += keyframes(phase, times, (0, -8, 0, 16, 10, 0))
    step = keyframes(phase, times, (0, 0.6, 1, 1, 0.9, 0)) * take.habit(6, 26)
    pose.leg_flex[:, take.weak] += step
    pose.leg_flex[:, arm] -= 0.8 * step
    return pose


def sit(take: Take) -> Pose:
    """Sit down on a chair, stay, and perhaps get up."""
    pose = take.stand()
    period = take.duration
    start, pace = take.rng.uniform(-0.05, 0.25), take.rng.uniform(0.22, 0.4)
    rise = take.rng.uniform(0.7, 1.3)
    x = (take.time - take.time[0]) / period
    times = (
        start,
        start + pace,
        start + pace + rise * 0.5 + 0.01,
        start + 2 * pace + rise * 0.5 + 0.02,
    )
    down = keyframes(x, times, (0, 1, 1, 0))
    moving = 4 * down * (1 - down)
    pose.leg_flex += (down * take.habit(70, 92))[:, None]
    pose.knee += (down * take.habit(72, 100))[:, None]
    pose.lean += moving * take.habit(22, 42) + down * take.habit(-12, 8)
    pose.arm_flex += (down * take.habit(10, 42))[:, None]
    pose.elbow += (down * take.habit(10, 60))[:, None]
    return pose


def bow(take: Take) -> Pose:
    """Bow from the hips."""
    pose = take.stand()
    phase = take.events(2.4)
    down = keyframes(phase, (0, 0.35, 0.6, 0.95, 1), (0, 1, 1, 0, 0))
    depth = down * take.habit(38, 80) * take.size
    pose.lean += depth
    pose.nod += down * take.habit(0, 22)
    # Arms hang, or stay at the thighs; hips go back to keep the balance.
    pose.arm_flex += (depth * take.habit(0.1, 0.95))[:, None]
    pose.leg_flex -= (0.12 * depth)[:, None]
    return pose


def clap(take: Take) -> Pose:
    """Clap the hands before the chest."""
    pose, on = take.stand(), take.onset()
    beat = 0.5 + 0.5 * np.sin(2 * np.pi * take.cycles(take.habit(0.35, 0.6)))
    gap = beat * take.habit(20, 45) * take.size
    settle(pose.arm_flex, on, take.habit(12, 42))
    settle(pose.elbow, on, take.habit(72, 100))
    settle(pose.arm_twist, on, 38 - gap)
    settle(pose.arm_abduct, on, 2 + 0.3 * gap)
    pose.nod += on * take.habit(0, 12)
    return pose


def punch(take: Take) -> Pose:
    """Box: guard up, fists forward in turn."""
    pose, on = take.stand(), take.onset()
    phase = take.events(take.habit(0.9, 1.3))
    guard_flex, guard_elbow = take.habit(28, 55), take.habit(105, 135)
    alternate = take.habit(0, 1) > 0.35
    hits = {
        take.strong: keyframes(phase, (0, 0.1, 0.28, 0.5, 1), (0, 0, 1, 0, 0))
    }
    hits[take.weak] = keyframes(
        phase, (0, 0.5, 0.7, 0.92, 1), (0, 0, float(alternate), 0, 0)
    )
    for arm, hit in hits.items():
        far = 86 * min(take.size, 1.05)
        settle(
            pose.arm_flex[:, arm], on, guard_flex + (far - guard_flex) * hit
        )
        settle(pose.elbow[:, arm], on, guard_elbow * (1 - 0.93 * hit))
        settle(pose.arm_abduct[:, arm], on, 10 - 8 * hit)
    turn = hits[take.strong] - hits[take.weak]
    pose.twist -= take.sign * on * take.habit(12, 28) * turn
    pose.leg_flex[:, take.weak] += on * take.habit(4, 18)
    pose.leg_flex[:, take.strong] -= on * 8
    pose.knee += (on * 8)[:, None]
    return pose


def turn(take: Take) -> Pose:
    """Turn round on the spot in small steps."""
    pose = take.stand()
    x = (take.time - take.time[0]) / take.duration
    sweep = keyframes(x, (0, 0.15, 0.85, 1), (0, 0, 1, 1))
    stride(pose, take, 0.35 + 0 * x, period=0.9)
    pose.yaw += take.sign * sweep * take.habit(180, 330)
    pose.look += take.sign * 12 * 4 * sweep * (1 - sweep)
    return pose


def drink(take: Take) -> Pose:
    """Lift a cup to the mouth."""
    pose, arm = take.stand(), take.strong
    phase = take.events(2.8)
    up = keyframes(phase, (0, 0.3, 0.65, 0.95, 1), (0, 1, 1, 0, 0))
    pose.arm_flex[:, arm] += up * take.habit(38, 62)
    settle(pose.elbow[:, arm], up, take.habit(128, 142))
    pose.arm_twist[:, arm] += up * 22
    pose.arm_abduct[:, arm] += up * take.habit(-6, 16)
    pose.nod -= up * take.habit(8, 24)
    return pose


ACTIONS: dict[str, Action] = dict(
    walk=walk,
    wave=wave,
    squat=squat,
    jump=jump,
    kick=kick,
    throw=throw,
    sit=sit,
    bow=bow,
    clap=clap,
    punch=punch,
    turn=turn,
    drink=drink,
)
