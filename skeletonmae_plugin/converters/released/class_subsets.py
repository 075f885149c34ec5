"""Some of the classes, numbered anew from 0."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

#: Parts of Gym99, whose classes stand side by side: first class and the one
#: behind the last. VT, FX, BB and UB are the events; FX-S1 (leaps, jumps and
#: hops) and UB-S1 (circles) the sets of elements that the FineGym paper tests
#: alone. The numbers follow from the authors' gym99_categories.txt.
GYM99_SUBSETS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        'VT': (0, 6),
        'FX': (6, 41),
        'BB': (41, 74),
        'UB': (74, 99),
        'FX-S1': (6, 17),
        'UB-S1': (74, 89),
    }
)


def choose_classes(
    dataset: dict[str, Any], classes: tuple[int, int]
) -> dict[str, Any]:
    """The clips of some classes.

    Args:
        dataset: ``dict(split, annotations, ...)``, all clips labelled.
        classes: The first class and the one behind the last.

    Returns:
        A new data set; the first class has label 0.
    """
    first, end = classes
    annotations = [
        dict(clip, label=clip['label'] - first)
        for clip in dataset['annotations']
        if first <= clip['label'] < end
    ]
    chosen = {clip['frame_dir'] for clip in annotations}
    split = {
        name: [clip for clip in clips if clip in chosen]
        for name, clips in dataset['split'].items()
    }
    taken = dict(dataset, split=split, annotations=annotations)
    if 'classes' in dataset:
        taken['classes'] = dataset['classes'][first:end]
    return taken
