"""What clips tell beside one another."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from ..functional.upright import up_of
from ..layouts import Layout
from .kinds import Finding
from .measure import SCORE_SLACK, ClipFacts, Numbers

#: Of detectors that read it off a heat map.
_HIGHEST_SCORE = 2.0
#: Coordinates up to more than this are pixels or millimetres.
_PIXELS = 50.0
#: So many labels without a clip are named.
_NAMED = 20


def first_of_each_name(facts: Sequence[ClipFacts]) -> dict[str, ClipFacts]:
    """Clips by name; later ones of the same name are left out."""
    clips: dict[str, ClipFacts] = {}
    for clip in facts:
        if clip.name is not None:
            clips.setdefault(clip.name, clip)
    return clips


def repeated_names(facts: Sequence[ClipFacts]) -> Iterator[Finding]:
    """Annotations that are called as one before."""
    seen: set[str] = set()
    for place, clip in enumerate(facts):
        if clip.name in seen:
            why = f'annotation number {place}'
            yield Finding('repeated_name', why, clip.name)
        elif clip.name is not None:
            seen.add(clip.name)


def content_findings(
    clips: Mapping[str, ClipFacts], layout: Layout, num_classes: int | None
) -> Iterator[Finding]:
    """Findings about clips of different names.

    Args:
        clips: Clips by name.
        layout: The layout of the joints.
        num_classes: Number of classes, None if nobody knows.
    """
    measured = {
        name: clip.numbers
        for name, clip in clips.items()
        if clip.numbers is not None
    }
    yield from _unlike_most(
        'mixed_coordinates', {n: x.shape[3] for n, x in measured.items()}, 'C='
    )
    yield from _unlike_most(
        'mixed_dtypes', {n: x.dtype for n, x in measured.items()}, ''
    )
    scores = list(_scores_as_third(measured))
    yield from scores or _other_way_up(clips, measured)
    yield from _missing_scores(measured)
    yield from _missing_joints(measured, layout)
    yield from _conflicting_labels(clips)
    yield from _empty_classes(clips, num_classes)


def same_content(clips: Mapping[str, ClipFacts]) -> list[list[str]]:
    """Names of the clips of equal joints, where there are several."""
    groups = defaultdict(list)
    for name, clip in clips.items():
        if clip.numbers is not None and clip.numbers.content is not None:
            groups[clip.numbers.content].append(name)
    return [group for group in groups.values() if len(group) > 1]


def _unlike_most(
    kind: str, values: Mapping[str, object], called: str
) -> Iterator[Finding]:
    """Clips whose value is not the most frequent one."""
    if len(set(values.values())) < 2:
        return
    usual = Counter(values.values()).most_common(1)[0][0]
    for name, value in values.items():
        if value != usual:
            why = f'{called}{value}, most have {called}{usual}'
            yield Finding(kind, why, name)


def _other_way_up(
    clips: Mapping[str, ClipFacts], measured: Mapping[str, Numbers]
) -> Iterator[Finding]:
    if any(numbers.shape[3] != 3 for numbers in measured.values()):
        return
    up = up_of(clip.rise for clip in clips.values())
    if up not in (None, 'y'):
        why = (
            f"bodies stand along {up}; tell the data set: up='{up}', or "
            f'SKELETONS_UP={up} (label_efficiency.py sees it)'
        )
        yield Finding('way_up', why)


def _scores_as_third(measured: Mapping[str, Numbers]) -> Iterator[Finding]:
    """All clips or none: depth may be small in one, a score is in all."""
    known = {name: x for name, x in measured.items() if x.known}
    thirds = [x.third for x in known.values() if x.third is not None]
    if not thirds or len(thirds) < len(known):
        return
    low, high = min(x[0] for x in thirds), max(x[1] for x in thirds)
    # In each clip: one joint that is lost may be anywhere.
    least = min(x.largest for x in known.values())
    if -SCORE_SLACK <= low and high <= _HIGHEST_SCORE and least > _PIXELS:
        for name in known:
            why = (
                f'the third number of a joint is {low:g} to {high:g}, others '
                f'are up to {least:g} and more; a score belongs into '
                'keypoint_score'
            )
            yield Finding('score_as_third', why, name)


def _missing_scores(measured: Mapping[str, Numbers]) -> Iterator[Finding]:
    without = [name for name, x in measured.items() if x.scores is None]
    if len(without) < len(measured):
        for name in without:
            yield Finding('missing_scores', 'taken for 1', name)


def _missing_joints(
    measured: Mapping[str, Numbers], layout: Layout
) -> Iterator[Finding]:
    bodies = sum(x.bodies for x in measured.values())
    if not bodies:
        return
    missing = sum(
        (x.missing for x in measured.values()), np.zeros(layout.num_joints)
    )
    for joint, count in zip(layout.joints, missing, strict=True):
        if count == bodies:
            yield Finding('missing_joint', f'{joint}: in {bodies} bodies')


def _conflicting_labels(clips: Mapping[str, ClipFacts]) -> Iterator[Finding]:
    for group in same_content(clips):
        labels = {
            name: clips[name].label
            for name in group
            if clips[name].label is not None
        }
        if len(set(labels.values())) < 2:
            continue
        for name, label in labels.items():
            other = next(n for n in labels if labels[n] != label)
            why = f'label {label}, but {labels[other]} as {other!r}'
            yield Finding('conflicting_labels', why, name)


def _empty_classes(
    clips: Mapping[str, ClipFacts], num_classes: int | None
) -> Iterator[Finding]:
    there = {x.label for x in clips.values() if x.label is not None}
    if not there:
        return
    total = max(there) + 1 if num_classes is None else num_classes
    count = total - len(there)
    if count > 0:
        # A label may be any number: only the first gaps are looked for.
        first = [x for x in range(len(there) + _NAMED) if x not in there]
        named = [str(x) for x in first if x < total][:_NAMED]
        rest = f' and {count - len(named)} more' if count > len(named) else ''
        why = f'of {total}: {", ".join(named)}{rest}'
        yield Finding('empty_class', why, count=count)
