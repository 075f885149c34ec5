"""What a file holds, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from .examine import Health
from .measure import Numbers
from .split_findings import class_counts

#: Bars of the histogram of lengths.
_BINS = 8


def summarize(health: Health) -> dict[str, Any]:
    """Counts and shares as plain values, for a report or JSON.

    Args:
        health: A file that was examined.

    Returns:
        ``clips`` (annotations), ``usable_clips`` (those that are no error),
        ``num_classes``, ``labelled``; ``splits`` with ``clips`` and
        ``classes`` {label: clips}; ``frames`` with ``min``, ``median``,
        ``max`` and a histogram; ``persons``, ``coordinates`` and ``dtypes``
        {value: clips}; ``scores`` or None; ``bodies`` (persons seen, summed
        over the frames) and ``seen``, their part of the frames of persons
        that are seen at all; ``missing`` and ``joints`` with the part of the
        bodies without a joint, and its jumps.
    """
    clips = health.clips
    measured = [x.numbers for x in health.facts if x.numbers is not None]
    return dict(
        file=str(health.source.path),
        layout=health.source.layout.name,
        clips=len(health.facts),
        usable_clips=sum(not clip.faults for clip in health.facts),
        num_classes=health.source.num_classes,
        labelled=sum(clip.label is not None for clip in health.facts),
        splits={
            split: dict(
                clips=len(names),
                classes=class_counts([*dict.fromkeys(_texts(names))], clips),
            )
            for split, names in health.splits.items()
        },
        classes=class_counts(list(clips), clips),
        frames=_lengths(measured),
        persons=_counts([numbers.shape[0] for numbers in measured]),
        coordinates=_counts([numbers.shape[3] for numbers in measured]),
        dtypes=_counts([numbers.dtype for numbers in measured]),
        scores=_scores(measured),
        **_joints(measured, health.source.layout.joints),
    )


def _texts(names: Sequence[Any]) -> list[str]:
    return [name for name in names if isinstance(name, str)]


def _counts(values: Sequence[Any]) -> dict[Any, int]:
    return dict(sorted(Counter(values).items()))


def _lengths(measured: Sequence[Numbers]) -> dict[str, Any] | None:
    if not measured:
        return None
    lengths = np.array([numbers.shape[1] for numbers in measured])
    low, high = int(lengths.min()), int(lengths.max())
    # Whole edges; the last bin ends behind the longest clip.
    width = -(-(high - low + 1) // _BINS)
    edges = np.arange(low, high + 1 + width, width)
    counts, _ = np.histogram(lengths, edges)
    return dict(
        min=low,
        median=float(np.median(lengths)),
        max=high,
        edges=edges.tolist(),
        counts=counts.tolist(),
    )


def _scores(measured: Sequence[Numbers]) -> dict[str, Any] | None:
    scores = [x.scores for x in measured if x.scores is not None]
    if not scores:
        return None
    return dict(
        clips=len(scores),
        min=min(low for low, _ in scores),
        max=max(high for _, high in scores),
    )


def _joints(
    measured: Sequence[Numbers], joints: Sequence[str]
) -> dict[str, Any]:
    bodies = sum(numbers.bodies for numbers in measured)
    missing = sum((x.missing for x in measured), np.zeros(len(joints), int))
    jumps = sum((x.jumps for x in measured), np.zeros(len(joints), int))
    share = missing / max(bodies, 1)
    places = sum(numbers.persons * numbers.shape[1] for numbers in measured)
    return dict(
        bodies=bodies,
        seen=bodies / max(places, 1),
        missing=float(share.mean()),
        joints={
            joint: dict(missing=float(share[v]), jumps=int(jumps[v]))
            for v, joint in enumerate(joints)
        },
    )
