"""A part of the training split to choose hyper-parameters on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ..datasets.skeleton_dataset import SkeletonDataset
from ..datasets.subsets import choose_labelled, write_ids
from ..label_efficiency.clips import read_layout
from ..skeleton_pickle import write_dataset
from .sets import SetFacts

#: Names of the two parts.
DEV_TRAIN, DEV_TEST = 'dev_train', 'dev_test'
#: Part that is held out where names tell no persons, and the draw's seed.
HELD_OUT, SEED = 0.3, 77
#: Set -> how its names tell who is seen.
WHO = dict(
    nwucla=re.compile(r'a\d+_(?P<who>s\d+)_'),
    sbu=re.compile(r'(?P<who>s\d+s\d+)_'),
    toy=re.compile(r'toy_(?P<who>p\d+)_'),
)
#: Persons of NW-UCLA that are held out.
_NWUCLA = ('s03', 's07', 's10')


def who_is_seen(set_name: str, clip: str) -> str | None:
    """Person or pair of a clip; None where the names do not tell.

    Raises:
        ValueError: If a name is not as those of the set.
    """
    if set_name not in WHO:
        return None
    found = WHO[set_name].match(clip)
    if found is None:
        raise ValueError(
            f'{set_name}: the name {clip!r} does not tell who is seen; '
            f'expected one like {WHO[set_name].pattern!r}'
        )
    who = found['who']
    if set_name == 'sbu':
        # s07s03 are the two of s03s07, in each other's part.
        return ''.join(sorted((who[:3], who[3:])))
    return who


def held_out(
    set_name: str, ids: Sequence[str], labels: Sequence[int]
) -> list[str]:
    """Names of the clips of the training that are tested on.

    Three persons of NW-UCLA, every third pair of SBU and performer of the toy
    set; elsewhere a stratified 30 %.

    Args:
        set_name: Of ``SETS``.
        ids: Names of the training clips.
        labels: Their labels.
    """
    who = {clip: who_is_seen(set_name, clip) for clip in ids}
    people = sorted({person for person in who.values() if person is not None})
    if not people:
        return choose_labelled(ids, labels, HELD_OUT, seed=SEED)
    away = set(_NWUCLA if set_name == 'nwucla' else people[::3])
    return sorted(clip for clip in ids if who[clip] in away)


def write_dev(facts: SetFacts, folder: Path) -> Path:
    """Write the training clips, and nothing of the test, in two splits.

    Args:
        facts: The set.
        folder: Where the file and the names of both parts are to lie.

    Returns:
        The file, with splits ``dev_train`` and ``dev_test``; written again
        it has equal bytes.
    """
    data = SkeletonDataset(
        facts.ann_file, read_layout(facts.layout), split=facts.train_split
    )
    table = data.store.table
    places = [int(place) for place in data.data_list]
    ids = [table.names[place] for place in places]
    labels = [int(table.label[place]) for place in places]
    away = set(held_out(facts.name, ids, labels))
    split = {
        DEV_TRAIN: [name for name in ids if name not in away],
        DEV_TEST: [name for name in ids if name in away],
    }
    for name, names in split.items():
        write_ids(folder / f'{facts.name}_{name}.txt', names)
    path = folder / f'{facts.name}_dev.pkl'
    annotations = [dict(data.store.annotation(place)) for place in places]
    write_dataset(dict(split=split, annotations=annotations), path)
    return path
