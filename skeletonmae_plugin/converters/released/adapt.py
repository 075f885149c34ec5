"""From pickles as they are to one that the configs can train on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...datasets.reading import Annotations
from ...layouts import get_layout
from .broken import broken_clips
from .class_subsets import choose_classes
from .relabel import apply_lists
from .sets import ReleasedSet
from .sources import read_sources, split_and_file
from .split_names import rename_splits

#: Both sets have the joints of HRNet.
_LAYOUT = 'coco'


@dataclass(frozen=True)
class Report:
    """What has been done.

    Args:
        broken: What is wrong with the clips that cannot be used, by name.
        gone: Names in splits of which there is no clip.
        changed: Number of clips with another label by the lists.
        unlisted: Number of clips in no list.
        absent: Names in the lists of which there is no clip.
    """

    broken: dict[str, str]
    gone: tuple[str, ...]
    changed: int = 0
    unlisted: int = 0
    absent: tuple[str, ...] = ()


def adapt(
    sources: Sequence[str],
    released: ReleasedSet,
    lists: Sequence[str] = (),
    new_names: Mapping[str, str] | None = None,
    subset: str | None = None,
    track: Callable[[Any], Iterable] = iter,
) -> tuple[dict[str, Any], Report]:
    """Make the data set of which all clips can be used.

    Args:
        sources: ``FILE`` or ``SPLIT=FILE``, see ``read_sources``.
        released: The set.
        lists: ``SPLIT=FILE`` of the official lists; they decide label and
            split.
        new_names: New name of a split by its name.
        subset: Name of a subset of the classes.
        track: Put around the list of clips, to show progress.

    Returns:
        ``dict(split, annotations)``, perhaps with ``classes``, without the
        clips that cannot be used; and a report that names these.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If a file, a split or the subset cannot be used, or no
            clip is left.
    """
    if subset is not None and subset not in released.subsets:
        known = ', '.join(released.subsets) or 'none'
        raise ValueError(
            f'{released.name} has no subset {subset!r}; there are {known}'
        )
    found = read_sources(sources)
    listed: dict[str, Any] = {}
    if lists:
        relabelled = apply_lists(
            found, _read_lists(lists, released), released.key
        )
        found = relabelled.found
        listed = dict(
            changed=relabelled.changed,
            unlisted=len(relabelled.unlisted),
            absent=relabelled.absent,
        )
    splits = rename_splits(found.splits, new_names or {}, released.splits)
    broken = broken_clips(
        found.clips, get_layout(_LAYOUT), released.num_classes, track
    )
    dataset, gone = _usable(found, splits, broken)
    if subset is not None:
        dataset = choose_classes(dataset, released.subsets[subset])
    if not dataset['annotations']:
        first = f', the first: {next(iter(broken.values()))}' if broken else ''
        raise ValueError(
            f'no clip is left; {len(broken)} of {len(found.clips)} cannot be '
            f'used{first}'
        )
    return dataset, Report(broken=broken, gone=gone, **listed)


def _read_lists(
    texts: Sequence[str], released: ReleasedSet
) -> dict[str, dict[str, int]]:
    lists: dict[str, dict[str, int]] = {}
    for text in texts:
        split, path = split_and_file(text)
        if split is None or split in lists:
            raise ValueError(
                f'--lists {text}: expected SPLIT=FILE, one of each split'
            )
        lists[split] = released.read_list(path)
    return lists


def _usable(
    found: Annotations,
    splits: Mapping[str, Sequence[str]],
    broken: Mapping[str, str],
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Clips of the splits that are not broken, and names without a clip."""
    good = {n: c for n, c in found.clips.items() if n not in broken}
    members = {name for clips in splits.values() for name in clips}
    dataset: dict[str, Any] = dict(
        split={
            split: [name for name in clips if name in good]
            for split, clips in splits.items()
        },
        annotations=[
            dict(clip, frame_dir=name)
            for name, clip in good.items()
            if name in members
        ],
    )
    if found.classes is not None:
        dataset['classes'] = list(found.classes)
    gone = tuple(sorted(name for name in members if name not in found.clips))
    return dataset, gone
