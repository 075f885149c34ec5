"""The numbers of one clip that tell whether it is sound."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np

from ..datasets.checks import ClipFault, clip_faults, clip_name
from ..datasets.known_joints import known_joints
from ..datasets.way_up import clip_rise
from ..functional.arrays import to_float32
from ..layouts import Layout

#: A joint that moves by more body sizes than this between two frames has
#: jumped. A body size is the root mean square distance of the joints of a
#: person to their mean, about a quarter of the height: two are half a height,
#: or 25 metres a second at 30 frames a second and 12 at 15. Hands reach 10.
#: Relative to the body it is the same for pixels, metres and millimetres.
JUMP = 2.0
#: Coordinates beyond this are no place in an image or a room, in whatever
#: unit, and leave float32 no room for their squares.
HUGE = 1e6
#: Detectors that read a score off a heat map overshoot 0 and 1 a little.
SCORE_SLACK = 0.1


@dataclass(frozen=True, eq=False)
class Numbers:
    """What is measured of the arrays of a clip.

    Joints are counted once a person and frame. A person is seen in a frame
    where a joint of it is known (see ``known_joints``).

    Args:
        shape: (M, T, V, C).
        dtype: Type of the coordinates in the file.
        persons: Number of persons that are seen at all.
        bodies: Number of persons seen, summed over the frames.
        known: Known joints.
        missing: (V,) number of these bodies without the joint.
        non_finite: Joints with a NaN or infinite coordinate or NaN score.
        huge: Joints farther than ``HUGE`` from the origin.
        steps: Joints that are known in a frame and in the next.
        jumps: (V,) number of these that move by more than ``JUMP`` bodies.
        farthest: The longest such move, in body sizes.
        constant: Whether nothing moves although there are steps.
        outside: Known joints outside the image; None where it is not known.
        outside_turned: Likewise, if its height and width were exchanged.
        scores: Lowest and highest score that is a number; None: no scores.
        wrong_scores: Scores outside 0..1 by more than ``SCORE_SLACK``.
        largest: Largest absolute coordinate of the known joints.
        third: Lowest and highest third coordinate of the known joints; None
            where there is none.
        content: Checksum of the persons seen, in any order; None: nobody.
    """

    shape: tuple[int, int, int, int]
    dtype: str
    persons: int
    bodies: int
    known: int
    missing: np.ndarray
    non_finite: int
    huge: int
    steps: int
    jumps: np.ndarray
    farthest: float
    constant: bool
    outside: int | None
    outside_turned: int | None
    scores: tuple[float, float] | None
    wrong_scores: int
    largest: float
    third: tuple[float, float] | None
    content: bytes | None


@dataclass(frozen=True, eq=False)
class ClipFacts:
    """What a clip is called, what the loader would say, and its numbers.

    Args:
        name: ``frame_dir``; None where there is none.
        faults: What makes ``SkeletonDataset`` refuse it.
        label: Class, None where it is unknown or wrong.
        numbers: None where ``keypoint`` cannot be used.
        rise: (3,) direction from legs to head, see ``upright.rise``; None
            where it is not known, and in 2D.
    """

    name: str | None
    faults: tuple[ClipFault, ...]
    label: int | None = None
    numbers: Numbers | None = None
    rise: np.ndarray | None = None


def clip_facts(
    clip: Any, layout: Layout, num_classes: int | None = None
) -> ClipFacts:
    """Look at an annotation of any kind, whole or broken.

    Args:
        clip: As it is in the file.
        layout: The layout that it must fit.
        num_classes: If given, labels must be below.
    """
    try:
        name = clip_name(clip)
    except ValueError as error:
        return ClipFacts(None, (ClipFault(str(error), 'unnamed'),))
    faults = tuple(clip_faults(clip, layout, num_classes))
    kinds = {fault.kind for fault in faults}
    label = clip.get('label') if 'label' not in kinds else None
    numbers = rise = None
    if isinstance(clip.get('keypoint'), np.ndarray) and kinds.isdisjoint(
        ('keypoint', 'axes', 'empty', 'joints', 'coordinates', 'all_nan')
    ):
        score = clip.get('keypoint_score')
        size = clip.get('img_shape')
        numbers = measure(
            clip['keypoint'],
            None if 'keypoint_score' in kinds else score,
            None if 'img_shape' in kinds else size,
        )
        if clip['keypoint'].shape[-1] == 3:
            score = None if 'keypoint_score' in kinds else score
            with np.errstate(all='ignore'):  # as in ``measure``
                rise = clip_rise(clip['keypoint'], score, layout)
    return ClipFacts(
        name, faults, None if label is None else int(label), numbers, rise
    )


def measure(
    keypoint: np.ndarray, score: np.ndarray | None = None, size: Any = None
) -> Numbers:
    """Measure the arrays of a clip.

    Args:
        keypoint: (M, T, V, C) coordinates, C 2 or 3.
        score: (M, T, V).
        size: Height and width of the image.
    """
    with np.errstate(all='ignore'):  # NaN, inf and what they overflow to
        return _measure(keypoint, score, size)


def _measure(
    keypoint: np.ndarray, score: np.ndarray | None, size: Any
) -> Numbers:
    raw = np.ascontiguousarray(to_float32(keypoint))
    score = None if score is None else to_float32(score)
    # An axis at a time: numpy is slow at short last axes.
    planes = np.ascontiguousarray(np.moveaxis(raw, -1, 0))  # (C, M, T, V)
    reach = np.abs(planes).max(0)  # (M, T, V), NaN where one is
    broken = ~np.isfinite(reach)
    if score is not None:
        broken |= np.isnan(score)
    huge = (reach > HUGE) & ~broken
    valid = known_joints(raw, score) & ~huge
    present = valid.any(-1)  # (M, T)
    known, bodies = int(valid.sum()), int(present.sum())
    moves, steps = _moves(planes, valid, present)
    jumps = moves > JUMP
    turned = None if size is None else tuple(size)[1::-1]
    return Numbers(
        shape=keypoint.shape,
        dtype=str(keypoint.dtype),
        persons=int(present.any(-1).sum()),
        bodies=bodies,
        known=known,
        missing=bodies - valid.sum((0, 1)),
        non_finite=int(broken.sum()),
        huge=int(huge.sum()),
        steps=steps,
        jumps=jumps.sum((0, 1)),
        farthest=float(moves.max(initial=0)),
        constant=steps > 0 and not moves.any(),
        outside=_outside(planes, valid, size),
        outside_turned=_outside(planes, valid, turned),
        **_score_facts(score),
        largest=float(reach.max(initial=0, where=valid)),
        third=_third(planes, valid),
        content=_content(raw, present),
    )


def _moves(
    planes: np.ndarray, valid: np.ndarray, present: np.ndarray
) -> tuple[np.ndarray, int]:
    """How far each joint moves, and how many can be told.

    Args:
        planes: (C, M, T, V) coordinates.
        valid: (M, T, V) bool.
        present: (M, T) bool, where a joint is valid.

    Returns:
        (M, T - 1, V) moves in body sizes, 0 where a joint is not known in
        both frames, and the number of joints that are.
    """
    both = valid[:, 1:] & valid[:, :-1]
    steps = int(both.sum())
    if not steps:
        return np.zeros(both.shape, np.float32), 0
    x = np.where(valid, planes, 0)
    moved = x[:, :, 1:] - x[:, :, :-1]
    moved *= both
    length = np.sqrt((moved * moved).sum(0))
    # Near the origin, so that the squares keep their digits.
    x -= x.sum((1, 2, 3), keepdims=True) / valid.sum()
    x *= valid
    body = _body_size(x, valid, present)
    # Bodies of no size: whatever moves there is no fault of one joint.
    return length / body if body else np.sign(length), steps


def _body_size(x: np.ndarray, valid: np.ndarray, present: np.ndarray) -> float:
    """Median of the sizes of all bodies in all frames, see ``JUMP``.

    The median, for a joint that has jumped makes its own body larger.

    Args:
        x: (C, M, T, V) coordinates, 0 where not valid.
        valid: (M, T, V) bool.
        present: (M, T) bool.
    """
    count = valid.sum(-1)  # (M, T)
    total = x.sum(-1)  # (C, M, T)
    place = (x * x).sum((0, -1))
    square = place - (total * total).sum(0) / count.clip(1)
    # All joints in one place: rounding must not pass for a small body.
    square[square < 1e-6 * place] = 0
    square /= (count - 1).clip(1)
    there = present & (count > 1)
    if not there.any():
        return 0.0
    return float(np.median(np.sqrt(square[there])))


def _outside(planes: np.ndarray, valid: np.ndarray, size: Any) -> int | None:
    """Number of joints outside an image of height and width."""
    if size is None or len(planes) != 2 or 0 in tuple(size)[:2]:
        return None
    height, width = tuple(size)[:2]
    x, y = planes
    inside = (x >= 0) & (x <= float(width)) & (y >= 0) & (y <= float(height))
    return int((valid & ~inside).sum())


def _third(planes: np.ndarray, valid: np.ndarray) -> Any:
    """Lowest and highest third coordinate of the joints, if there is any."""
    if len(planes) < 3 or not valid.any():
        return None
    known = planes[2][valid]
    return float(known.min()), float(known.max())


def _score_facts(score: np.ndarray | None) -> dict[str, Any]:
    if score is None or np.isnan(score).all():
        return dict(scores=None, wrong_scores=0)
    low, high = float(np.nanmin(score)), float(np.nanmax(score))
    wrong = (score < -SCORE_SLACK) | (score > 1 + SCORE_SLACK)
    return dict(scores=(low, high), wrong_scores=int(wrong.sum()))


def _content(raw: np.ndarray, present: np.ndarray) -> bytes | None:
    """Checksum of the persons that are seen.

    Empty places for more persons and the order of the persons play no part,
    nor does the number type.
    """
    persons = sorted(
        blake2b(person, digest_size=16).digest()
        for person in raw[present.any(-1)]
    )
    if not persons:
        return None
    frames = str(raw.shape[1:]).encode()
    return blake2b(b''.join([frames, *persons]), digest_size=16).digest()
