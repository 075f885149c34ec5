"""Which clips of a file a data set takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from mmengine.logging import print_log

from .checks import in_words
from .clip_table import UNLABELLED, ClipTable
from .reading import Complaints
from .subsets import choose_labelled

_NUMBERED = (
    ', of which some are no text: tools/data/check.py FILE --layout L --fix '
    "OUT.pkl writes the split 1 as '1'"
)


def choose_by_name(
    clips: dict[str, Any],
    splits: Mapping[str, Sequence[str]],
    split: Sequence[str] | None,
    include: Sequence[str] | None,
    complaints: Complaints,
) -> dict[str, Any]:
    """Clips of some splits, and of these the ones to include.

    Args:
        clips: Anything by name, in the order of the file.
        splits: Names of the clips of each split.
        split: The splits, joined. None: all clips.
        include: Names of the only clips to take. None: all.
        complaints: Told of names that are not among the clips.
    """
    wanted = []
    if split is not None:
        unknown = [name for name in split if name not in splits]
        if unknown:
            numbered = any(not isinstance(name, str) for name in splits)
            raise ValueError(
                f'{complaints.file}: no split {unknown[0]!r}; it has '
                f'{", ".join(map(in_words, splits)) or "none"}'
                + (_NUMBERED if numbered else '')
            )
        names = [clip for name in split for clip in splits[name]]
        wanted.append((f'split {" + ".join(split)}', names))
    if include is not None:
        wanted.append(('include', list(include)))
    for what, names in wanted:
        complaints.require(what, names, clips)
        chosen = set(names)
        clips = {n: clip for n, clip in clips.items() if n in chosen}
    return clips


def choose_classes(
    clips: np.ndarray, table: ClipTable, classes: Sequence[int], called: str
) -> np.ndarray:
    """Positions of the clips of some classes.

    Raises:
        ValueError: If a class has no clip.
    """
    labels = table.label[clips]
    present = set(labels.tolist()) - {UNLABELLED}
    absent = set(classes) - present
    if absent:
        raise ValueError(
            f'{called}: no clip has the label {sorted(absent)[0]}; labels '
            f'are {sorted(present)}'
        )
    return clips[np.isin(labels, list(classes))]


def choose_few(
    clips: np.ndarray,
    table: ClipTable,
    called: str,
    fraction: float | None,
    per_class: int | None,
    seed: int,
) -> np.ndarray:
    """Positions of a few labelled clips of each class.

    Raises:
        ValueError: If no clip has a label.
    """
    labelled = clips[table.label[clips] >= 0]
    if not len(labelled):
        raise ValueError(
            f'{called}: no clip has a label, so none can be chosen by '
            'label_fraction or labels_per_class'
        )
    names = [table.names[i] for i in labelled]
    labels = table.label[labelled].tolist()
    chosen = set(choose_labelled(names, labels, fraction, per_class, seed))
    taken = np.array([name in chosen for name in names])
    counts = Counter(table.label[labelled[taken]].tolist())
    print_log(
        f'{called}: {taken.sum()} of {len(clips)} clips are taken with their '
        f'labels, by class: {dict(sorted(counts.items()))}',
        'current',
    )
    return labelled[taken]


def only_labels(table: ClipTable, clips: np.ndarray) -> np.ndarray:
    """Labels (n,) of all clips of a table, of these alone as they are."""
    labels = np.full(len(table), UNLABELLED)
    labels[clips] = table.label[clips]
    return labels
