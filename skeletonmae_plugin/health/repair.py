"""Mend a clip, as far as it can be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..functional.arrays import to_float32
from ..layouts import Layout
from .clip_findings import clip_findings, fits_turned
from .kinds import Finding, Severity
from .measure import HUGE, ClipFacts, clip_facts

Clip = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """What was done about a finding.

    Args:
        what: What was done, in words.
        finding: Why.
    """

    what: str
    finding: Finding


def repair_clip(
    clip: Clip, facts: ClipFacts, layout: Layout, num_classes: int | None
) -> tuple[Clip | None, ClipFacts, list[Change]]:
    """Mend all that is wrong with a clip, or give it up.

    Args:
        clip: The annotation; it stays as it is.
        facts: What is known of it.
        layout: The layout that it must fit.
        num_classes: If given, labels must be below.

    Returns:
        The mended clip or None, its facts, and what was done.
    """
    changes: list[Change] = []
    done = set()
    while True:
        wrong = [
            finding
            for finding in clip_findings(facts)
            if finding.severity != Severity.NOTE
        ]
        if not wrong:
            return clip, facts, changes
        finding = wrong[0]
        repair = _REPAIRS.get(finding.kind, _give_up)
        mended = None if finding.kind in done else repair(clip, facts)
        if mended is None:
            return None, facts, [*changes, Change('dropped the clip', finding)]
        done.add(finding.kind)
        clip, what = mended
        changes.append(Change(what, finding))
        facts = clip_facts(clip, layout, num_classes)


Repair = Callable[[Clip, ClipFacts], tuple[Clip, str] | None]


def _give_up(clip: Clip, facts: ClipFacts) -> None:
    return None


def _add_persons(clip: Clip, facts: ClipFacts) -> tuple[Clip, str] | None:
    """(T, V, C) is one person."""
    if clip['keypoint'].ndim != 3:
        return None
    mended = dict(clip, keypoint=clip['keypoint'][None])
    score = clip.get('keypoint_score')
    if isinstance(score, np.ndarray) and score.ndim == 2:
        mended['keypoint_score'] = score[None]
    return mended, 'gave keypoint the axis of persons, M=1'


def _mend_frames(clip: Clip, facts: ClipFacts) -> tuple[Clip, str]:
    keypoint, frames = clip['keypoint'], clip['total_frames']
    score = clip.get('keypoint_score')
    whole = isinstance(frames, (int, np.integer))
    if whole and frames == keypoint.shape[0]:
        mended = dict(clip, keypoint=keypoint.swapaxes(0, 1).copy())
        if score is not None:
            mended['keypoint_score'] = score.swapaxes(0, 1).copy()
        return mended, 'exchanged the axes of persons and frames'
    num_frames = keypoint.shape[1]
    return dict(clip, total_frames=num_frames), f'set it to {num_frames}'


def _mend_label(clip: Clip, facts: ClipFacts) -> tuple[Clip, str] | None:
    """3.0 is 3; what else a label may stand for is not known."""
    label = clip['label']
    if isinstance(label, (float, np.floating)) and label == label // 1:
        return dict(clip, label=int(label)), f'made the label {int(label)}'
    return None


def _without(key: str) -> Callable[[Clip, ClipFacts], tuple[Clip, str]]:
    def remove(clip: Clip, facts: ClipFacts) -> tuple[Clip, str]:
        mended = {k: value for k, value in clip.items() if k != key}
        return mended, f'removed {key}'

    return remove


def _lose_joints(clip: Clip, facts: ClipFacts) -> tuple[Clip, str]:
    """Joints without a place are marked as missing, by zeros."""
    score = clip.get('keypoint_score')
    with np.errstate(all='ignore'):
        size = np.abs(to_float32(clip['keypoint'])).max(-1)
        lost = ~(size <= HUGE)  # True for NaN
        if score is not None:
            lost |= np.isnan(to_float32(score))
    mended = dict(
        clip, keypoint=np.where(lost[..., None], 0, clip['keypoint'])
    )
    mended['keypoint'] = mended['keypoint'].astype(clip['keypoint'].dtype)
    if score is not None:
        mended['keypoint_score'] = np.where(lost, 0, score).astype(score.dtype)
    return mended, f'set {lost.sum()} joints to missing'


def _clip_scores(clip: Clip, facts: ClipFacts) -> tuple[Clip, str]:
    score = clip['keypoint_score'].clip(0, 1)
    return dict(clip, keypoint_score=score), 'clipped the scores to 0..1'


def _mend_image(clip: Clip, facts: ClipFacts) -> tuple[Clip, str]:
    height, width, *more = clip['img_shape']
    if facts.numbers is not None and fits_turned(facts.numbers):
        mended = dict(clip, img_shape=(width, height, *more))
        return mended, f'exchanged the sides of img_shape {(height, width)}'
    return _without_image(clip, facts)


_without_image = _without('img_shape')
#: What can be mended; all else is dropped.
_REPAIRS: dict[str, Repair] = dict(
    axes=_add_persons,
    keypoint_score=_without('keypoint_score'),
    total_frames=_mend_frames,
    label=_mend_label,
    img_shape=_without_image,
    original_shape=_without('original_shape'),
    non_finite=_lose_joints,
    huge=_lose_joints,
    wrong_scores=_clip_scores,
    outside_image=_mend_image,
)


def take_score(clip: Clip, facts: ClipFacts) -> tuple[Clip, str]:
    """Give a clip of (x, y, score) the score in its own place.

    A third number that never varies tells nothing as a score either, and
    goes.

    Args:
        clip: The annotation; it stays as it is.
        facts: What is known of it.

    Returns:
        The mended clip, and what was done.
    """
    keypoint, numbers = clip['keypoint'], facts.numbers
    mended = dict(clip, keypoint=keypoint[..., :2].copy())
    third = None if numbers is None else numbers.third
    if clip.get('keypoint_score') is None and third and third[0] < third[1]:
        score = keypoint[..., 2].clip(0, 1)
        mended['keypoint_score'] = score
        return mended, 'made the third number of a joint its keypoint_score'
    return mended, 'took the third number of a joint away'
