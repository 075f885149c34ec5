"""The same clips of several dumps, found by their names."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np

from ..evaluation.features import UNLABELLED
from ..evaluation.score_dump import Scores


def match(members: Sequence[Scores], common: bool = False) -> list[Scores]:
    """The clips of all members, in one order, that of their names.

    Args:
        members: Scores of the models, at least one.
        common: Whether to leave out clips that not all of them have.

    Raises:
        ValueError: If numbers of classes or labels differ, or if clips are
            missing; names the file.
    """
    first = members[0]
    require_same_classes(members)
    shared = reduce(np.intersect1d, (m.ids for m in members))
    if not common:
        _require_all(members)
    if not len(shared):
        raise ValueError(
            f'{", ".join(m.file for m in members)} have no clip in common; '
            'test all models on the same clips'
        )
    matched = [member.take(shared) for member in members]
    for other in matched[1:]:
        _require_same_labels(matched[0], other)
    if (matched[0].labels == UNLABELLED).all():
        raise ValueError(
            f'{first.file}: none of the {len(shared)} clips has a label; '
            'accuracy needs some'
        )
    return matched


def require_same_classes(members: Sequence[Scores]) -> None:
    """Raise ``ValueError`` where numbers of classes differ."""
    first = members[0]
    for other in members[1:]:
        if other.num_classes != first.num_classes:
            raise ValueError(
                f'{first.file} has scores of {first.num_classes} classes, '
                f'{other.file} of {other.num_classes}; expected the same '
                'classes in all'
            )


def _require_all(members: Sequence[Scores]) -> None:
    every = reduce(np.union1d, (member.ids for member in members))
    for member in members:
        missing = np.setdiff1d(every, member.ids)
        if len(missing):
            raise ValueError(
                f'{member.file} lacks {len(missing)} of the {len(every)} '
                'clips that the others have, for instance '
                f'{str(missing[0])!r}; test all models on the same clips, or '
                'give --common to take those that all have'
            )


def _require_same_labels(one: Scores, other: Scores) -> None:
    differ = one.labels != other.labels
    if differ.any():
        at = int(differ.argmax())
        raise ValueError(
            f'{one.file} and {other.file} give {differ.sum()} of '
            f'{len(differ)} clips different labels, for instance '
            f'{str(one.ids[at])!r} {one.labels[at]} and {other.labels[at]} '
            f'({UNLABELLED}: none); expected tests of the same labels'
        )
