"""Who acts and how: a body, a manner, and one take of an action."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .body import Body, sample_body
from .kinematics import Pose


@dataclass(frozen=True)
class Performer:
    """A person: everything that all clips of this person share."""

    body: Body
    seed: int
    hand: int = 1  # the stronger side: 0 left, 1 right
    tempo: float = 1.0
    size: float = 1.0  # amplitude of movements
    lean: float = 0.0
    nod: float = 0.0
    elbow: float = 15.0
    abduct: float = 8.0
    stance: float = 4.0
    knee: float = 4.0
    sway: float = 1.0

    @classmethod
    def sample(cls, seed: int, number: int) -> 'Performer':
        """The performer with a number in the world of a seed."""
        rng = np.random.default_rng([seed, 7919, number])
        return cls(
            body=sample_body(rng),
            seed=int(rng.integers(2**31)),
            hand=int(rng.random() < 0.75),
            tempo=rng.uniform(0.75, 1.35),
            size=rng.uniform(0.7, 1.12),
            lean=rng.uniform(-3, 10),
            nod=rng.uniform(-6, 16),
            elbow=rng.uniform(6, 32),
            abduct=rng.uniform(4, 16),
            stance=rng.uniform(1, 9),
            knee=rng.uniform(1, 10),
            sway=rng.uniform(0.5, 2.2),
        )


def ease(x: np.ndarray) -> np.ndarray:
    """A smooth step from 0 (x <= 0) to 1 (x >= 1)."""
    x = np.clip(x, 0, 1)
    return x * x * (3 - 2 * x)


def keyframes(
    phase: np.ndarray, times: Sequence[float], values: Sequence[float]
) -> np.ndarray:
    """Values at key times, with smooth transitions between them."""
    at = np.clip(np.searchsorted(times, phase, 'right') - 1, 0, len(times) - 2)
    start, stop = np.take(times, at), np.take(times, at + 1)
    step = ease((phase - start) / (stop - start))
    first, last = np.take(values, at), np.take(values, at + 1)
    return first + (last - first) * step


def settle(
    channel: np.ndarray, weight: np.ndarray, value: np.ndarray | float
) -> None:
    """Bring angles (T,) or (T, 2), in place, to a value as weight goes 0..1.

    What the limb did before no longer matters at weight 1.
    """
    if channel.ndim == 2:
        weight = weight[:, None]
        value = np.asarray(value)
        value = value[:, None] if value.ndim else value
    channel += weight * (value - channel)


class Take:
    """One performance: the clock, the performer, and what chance adds.

    Args:
        performer: Who acts.
        action: Number of the action; a performer does it in a way of his or
            her own (``habit``).
        time: (T,) seconds.
        rng: What differs from take to take.
        hand: Side to use instead of the performer's stronger one.
    """

    def __init__(
        self,
        performer: Performer,
        action: int,
        time: np.ndarray,
        rng: np.random.Generator,
        hand: int | None = None,
    ) -> None:
        self.performer = performer
        self.time = time
        self.rng = rng
        self._habits = np.random.default_rng([performer.seed, action])
        self.strong = performer.hand if hand is None else hand
        if hand is None and rng.random() < 0.12:
            self.strong = 1 - self.strong
        self.weak = 1 - self.strong
        self.tempo = performer.tempo * rng.uniform(0.88, 1.14)
        self.size = performer.size * rng.uniform(0.88, 1.1)
        # The actor's left hand acts to the left: the sign of sideways angles.
        self.sign = 1 if self.strong == 0 else -1

    @property
    def duration(self) -> float:
        """Seconds."""
        return float(self.time[-1] - self.time[0]) or 1 / 30

    def habit(self, low: float, high: float) -> float:
        """A number that is the performer's own, with a little variation."""
        own = self._habits.uniform(low, high)
        return float(own + 0.08 * (high - low) * self.rng.normal())

    def wander(self, amplitude: float) -> np.ndarray:
        """(T,) slow, smooth noise: nobody stands still."""
        rate = self.rng.uniform(0.15, 0.9, (3, 1)) * 2 * np.pi
        shift = self.rng.uniform(0, 2 * np.pi, (3, 1))
        return amplitude / 2 * np.sin(rate * self.time + shift).sum(0)

    def cycles(self, period: float) -> np.ndarray:
        """(T,) count of periods done, from a random point of the cycle."""
        return self.time * self.tempo / period + self.rng.random()

    def events(self, period: float) -> np.ndarray:
        """(T,) phase 0..1 of an action done once or several times.

        It starts with the clip, a little before or a little after; a clip
        too short for one period sees a hasty performer.
        """
        period = min(
            period / self.tempo, self.duration * self.rng.uniform(0.8, 1.05)
        )
        done = self.time / period - self.rng.uniform(-0.2, 0.15)
        return np.where(done < 0, 0, done % 1)

    def onset(self) -> np.ndarray:
        """(T,) 0..1: a movement that lasts fades in, and perhaps out."""
        early, late = self.rng.uniform(-0.3, 0.15, 2)
        x = (self.time - self.time[0]) / self.duration
        return ease((x - early) / 0.15) * ease((1 - late - x) / 0.15)

    def stand(self) -> Pose:
        """Standing at ease, in the performer's posture."""
        who, pose = self.performer, Pose.zeros(len(self.time))
        pose.lean += who.lean + self.wander(who.sway)
        pose.side += self.wander(who.sway)
        pose.twist += self.wander(2 * who.sway)
        pose.nod += who.nod - who.lean / 2 + self.wander(3 * who.sway)
        pose.look += self.rng.normal(0, 8) + self.wander(5 * who.sway)
        for side in (0, 1):
            pose.arm_flex[:, side] += self.wander(3 * who.sway) - 2
            pose.arm_abduct[:, side] += who.abduct + self.wander(who.sway)
            pose.elbow[:, side] += who.elbow + self.wander(3 * who.sway)
            pose.arm_twist[:, side] += 15
        pose.wrist += 5
        pose.leg_abduct += who.stance
        pose.leg_twist += 8
        pose.leg_flex += who.knee
        pose.knee += 2 * who.knee
        self._rest_weak_arm(pose)
        return pose

    def _rest_weak_arm(self, pose: Pose) -> None:
        """The idle hand may rest on the hip, hold something or a telephone."""
        kind, arm = self.rng.random(), self.weak
        if kind < 0.12:  # hand on the hip
            pose.arm_abduct[:, arm] += 38
            pose.arm_twist[:, arm] += 45
            pose.elbow[:, arm] = 100
            pose.arm_flex[:, arm] -= 12
        elif kind < 0.24:  # something in the hand
            pose.arm_flex[:, arm] += 12
            pose.elbow[:, arm] = 85 + self.wander(6)
        elif kind < 0.32:  # a telephone at the ear
            pose.arm_flex[:, arm] += 32
            pose.arm_abduct[:, arm] += 22 + self.wander(4)
            pose.elbow[:, arm] = 138
