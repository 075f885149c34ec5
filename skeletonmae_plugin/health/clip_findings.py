"""What the numbers of a single clip tell."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .kinds import Finding
from .measure import HUGE, JUMP, ClipFacts, Numbers

#: More than this part of a clip's steps are jumps: frames in disorder, joints
#: of several bodies, or another number of numbers a joint.
TORN = 0.1
#: More than this part of the known joints is outside: not this image.
OUTSIDE = 0.5
#: From here on neighbours in half precision are two apart.
_COARSE = 2048


def clip_findings(facts: ClipFacts) -> Iterator[Finding]:
    """What is wrong with, or to be known of, one clip."""
    for fault in facts.faults:
        yield Finding(fault.kind, str(fault), facts.name)
    if facts.numbers is not None:
        for kind, why in _of_numbers(facts.numbers):
            yield Finding(kind, why, facts.name)


def is_torn(numbers: Numbers) -> bool:
    """Whether so much jumps that the clip is no movement.

    A body that is lost for a frame, or two that change places, makes all its
    V joints jump twice: so much is no more than a fault of the tracking.
    """
    num_joints = numbers.shape[2]
    return bool(
        numbers.jumps.sum() > max(TORN * numbers.steps, 2 * num_joints)
    )


def is_outside(numbers: Numbers) -> bool:
    """Whether the clip cannot be of an image of this size."""
    outside = numbers.outside
    return outside is not None and outside > OUTSIDE * numbers.known


def fits_turned(numbers: Numbers) -> bool:
    """Whether the clip can be of an image of width and height exchanged."""
    outside = numbers.outside_turned
    return outside is not None and outside <= OUTSIDE * numbers.known


def _of_numbers(numbers: Numbers) -> Iterator[tuple[str, str]]:
    """Kinds and words."""
    num_persons, num_frames, num_joints, _ = numbers.shape
    places = num_persons * num_frames * num_joints
    if numbers.non_finite:
        yield 'non_finite', f'{numbers.non_finite} of {places} joints'
    if numbers.huge:
        yield 'huge', f'{numbers.huge} of {places} joints beyond {HUGE:g}'
    if numbers.wrong_scores and numbers.scores is not None:
        low, high = numbers.scores
        yield 'wrong_scores', f'scores from {low:g} to {high:g}'
    if not numbers.known:
        yield 'nobody', f'{num_persons} persons, {num_frames} frames'
    elif numbers.persons < num_persons:
        yield 'absent_persons', f'{numbers.persons} of {num_persons} are seen'
    if numbers.constant:
        yield 'constant', f'{num_frames} times the same frame'
    if num_frames == 1:
        yield 'one_frame', f'{num_persons} persons'
    if numbers.jumps.any():
        yield (
            'torn' if is_torn(numbers) else 'jumps',
            f'{numbers.jumps.sum()} of {numbers.steps} steps of a joint are '
            f'longer than {JUMP:g} body sizes, the longest '
            f'{numbers.farthest:.3g}',
        )
    yield from _of_places(numbers)


def _of_places(numbers: Numbers) -> Iterator[tuple[str, str]]:
    """What the places of the joints tell."""
    if numbers.outside:
        yield (
            'outside_image' if is_outside(numbers) else 'outside',
            f'{numbers.outside} of {numbers.known} joints',
        )
    if np.dtype(numbers.dtype) == np.float16 and numbers.largest > _COARSE:
        yield 'coarse', f'float16 up to {numbers.largest:g}'
