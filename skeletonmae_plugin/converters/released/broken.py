"""Clips that a training could not use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ...datasets.checks import check_clip
from ...datasets.known_joints import known_joints
from ...layouts import Layout


def broken_clips(
    clips: Mapping[str, dict],
    layout: Layout,
    num_classes: int,
    track: Callable[[Any], Iterable] = iter,
) -> dict[str, str]:
    """What is wrong with clips, by name, of those with which something is.

    Beside all that ``SkeletonDataset`` refuses, clips without a label and
    those in which no joint is ever seen: detectors find nobody in some.

    Args:
        clips: Annotations by name.
        layout: Their layout.
        num_classes: Labels must be below.
        track: Put around the list of names, to show progress.
    """
    broken = {}
    for name in track(list(clips)):
        try:
            _check(clips[name], layout, num_classes)
        except ValueError as error:
            broken[name] = str(error)
    return broken


def _check(clip: dict, layout: Layout, num_classes: int) -> None:
    check_clip(clip, layout, num_classes)
    if clip.get('label') is None:
        raise ValueError(
            'has no label; give the official lists with --lists, which have'
        )
    if not known_joints(clip['keypoint'], clip.get('keypoint_score')).any():
        raise ValueError('no joint is seen in any frame')
