"""Labels and splits as the official lists have them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ...datasets.reading import Annotations


@dataclass(frozen=True)
class Relabelled:
    """What the lists have changed.

    Args:
        found: Clips and splits of the lists.
        changed: Number of clips with another label than before.
        unlisted: Names of the clips that are in no list.
        absent: Names in the lists of which there is no clip.
    """

    found: Annotations
    changed: int
    unlisted: tuple[str, ...]
    absent: tuple[str, ...]


def apply_lists(
    found: Annotations,
    lists: Mapping[str, Mapping[str, int]],
    key: Callable[[str], str],
) -> Relabelled:
    """Take the clips of the lists, with their labels.

    Args:
        found: Clips of any labels and splits.
        lists: Labels by name of each split.
        key: Brings a name of clip and list to one form.

    Raises:
        ValueError: If two lists hold one name, or two clips are called alike
            but for the form.
    """
    place: dict[str, tuple[str, str, int]] = {}
    for split, labels in lists.items():
        for name, label in labels.items():
            if key(name) in place:
                raise ValueError(
                    f'{name!r} is in the lists of {place[key(name)][0]} and '
                    f'of {split}; give the list of each split once'
                )
            place[key(name)] = split, name, label
    clips: dict[str, dict] = {}
    splits: dict[str, list] = {split: [] for split in lists}
    changed, unlisted, seen = 0, [], set()
    for name, clip in found.clips.items():
        if key(name) not in place:
            unlisted.append(name)
            continue
        if key(name) in seen:
            raise ValueError(f'two clips are called {name!r} but for the form')
        seen.add(key(name))
        split, _, label = place[key(name)]
        changed += clip.get('label') != label
        clips[name] = dict(clip, label=label)
        splits[split].append(name)
    for split, names in splits.items():
        if not names:
            raise ValueError(
                f'no clip of the file is in the list of {split!r}; give the '
                'list of these clips'
            )
    return Relabelled(
        # Names of classes are of the labels that were there.
        found=Annotations(clips, splits, None if changed else found.classes),
        changed=changed,
        unlisted=tuple(unlisted),
        absent=tuple(
            name for k, (_, name, _) in place.items() if k not in seen
        ),
    )
