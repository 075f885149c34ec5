"""One clip in the world: who does what, for how long."""

from collections.abc import Sequence

import numpy as np

from .actions import ACTIONS, idle, walk
from .body import POINTS
from .interactions import INTERACTIONS
from .kinematics import Pose, forward_kinematics
from .performers import Performer, Take

# Small changes of manner that make further classes out of an action, for
# the many classes of the larger sets, and two of them at once.
_ACCENTS: tuple[tuple[str, ...], ...] = (
    (),
    ('out',),
    ('laden',),
    ('bent',),
    ('astride',),
    ('out', 'bent'),
    ('out', 'astride'),
    ('laden', 'bent'),
    ('laden', 'astride'),
    ('bent', 'astride'),
)
NUM_ACCENTS = len(_ACCENTS)


def clip_time(num_frames: int, rng: np.random.Generator) -> np.ndarray:
    """(T,) seconds: a clip lasts long enough to show the action."""
    rate = rng.uniform(12, 30)
    duration = np.clip(num_frames / rate, 1.6, 4.5)
    return np.linspace(0, duration, num_frames, endpoint=False)


def _accent(pose: Pose, take: Take, accent: int) -> None:
    """Do the same with one arm out, laden, bent down or astride."""
    changes = _ACCENTS[accent]
    if 'out' in changes:
        pose.arm_abduct[:, take.weak] += 75
    if 'laden' in changes:
        pose.arm_flex[:, take.weak] += 35
        pose.elbow[:, take.weak] = 95
    if 'bent' in changes:
        pose.lean += 26
        pose.nod -= 14
    if 'astride' in changes:
        pose.leg_abduct += 16


def perform(
    action: str,
    performers: Sequence[Performer],
    time: np.ndarray,
    rng: np.random.Generator,
    accent: int = 0,
) -> np.ndarray:
    """Points of all persons of one clip, (M, T, P, 3) in metres.

    Args:
        action: A name of ``ACTIONS`` or ``INTERACTIONS``.
        performers: The actor; for interactions two people; further ones
            stand or walk by.
        time: (T,) seconds.
        rng: What differs from take to take.
        accent: 0 plain, up to ``NUM_ACCENTS`` - 1.

    Returns:
        The ground is y = 0 and the hips' horizontal mean is the origin.
    """
    number = [*ACTIONS, *INTERACTIONS].index(action)
    if action in INTERACTIONS:
        actors = [
            Take(performer, number, time, rng, hand=1)
            for performer in performers[:2]
        ]
        meeting = INTERACTIONS[action](*actors)
        _accent(meeting.first, actors[0], accent)
        points = meeting.place(*actors)
    else:
        actors = [Take(performers[0], number, time, rng)]
        pose = ACTIONS[action](actors[0])
        _accent(pose, actors[0], accent)
        points = forward_kinematics(pose, performers[0].body)[None]
    points = _centred(points)
    others = [
        _bystander(performer, time, rng)
        for performer in performers[len(actors) :]
    ]
    return np.concatenate([points, *others])


def _centred(points: np.ndarray) -> np.ndarray:
    hips = points[:, :, POINTS.index('hip_centre')].mean((0, 1))
    return points - hips * [1, 0, 1]


def _bystander(
    performer: Performer, time: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Somebody beside the scene, (1, T, P, 3)."""
    take = Take(performer, 0, time, rng)
    pose = walk(take) if rng.random() < 0.3 else idle(take)
    points = _centred(forward_kinematics(pose, performer.body)[None])
    points = turned(points, rng.uniform(-180, 180))
    around, away = rng.uniform(-180, 180), rng.uniform(1.0, 1.8)
    return points + turned(np.array([0.0, 0.0, away]), around)


def turned(points: np.ndarray, yaw: float) -> np.ndarray:
    """Points (..., 3) turned to the left about the vertical, degrees."""
    cos, sin = np.cos(np.deg2rad(yaw)), np.sin(np.deg2rad(yaw))
    return points @ np.array([[cos, 0, -sin], [0, 1, 0], [sin, 0, cos]])


def sample_length(
    rng: np.random.Generator,
    shortest: int,
    longest: int,
    median: float | None = None,
) -> int:
    """Number of frames, T: many short clips and few long ones."""
    median = median or (shortest * longest) ** 0.5
    return int(np.clip(median * np.exp(rng.normal(0, 0.5)), shortest, longest))
