"""A part of the training split to choose hyper-parameters on."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import Path

from ..datasets.skeleton_dataset import SkeletonDataset
from ..datasets.subsets import write_ids
from ..label_efficiency.clips import read_layout
from ..skeleton_pickle import write_dataset
from .sets import SetFacts

#: Names of the two parts.
DEV_TRAIN, DEV_TEST = 'dev_train', 'dev_test'
#: Set -> how its names tell who is seen.
WHO = dict(
    nwucla=re.compile(r'a\d+_(?P<who>s\d+)_'),
    sbu=re.compile(r'(?P<who>s\d+s\d+)_'),
    toy=re.compile(r'toy_(?P<who>p\d+)_'),
)
#: Persons of NW-UCLA that are held out.
_NWUCLA = ('s03', 's07', 's10')
#: How names of ROUTINE16 begin that are held out: performer 2 of those that
#: begin with a number (the test has 3 and 4), and the last two sessions of
#: those that begin with a time (the test's are later). A third of the others,
#: 'A1' or '6A6', do not tell who is seen, and may be of the same people.
_ROUTINE16 = re.compile(r'22\d\d|QQ20231203(135[6-9]|14)')


def who_is_seen(set_name: str, clip: str) -> str:
    """Person or pair of a clip, of a set in ``WHO``.

    Raises:
        ValueError: If a name is not as those of the set.
    """
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
    set_name: str, ids: Sequence[str], next_test: Collection[str]
) -> list[str]:
    """Names of the clips of the training that are tested on.

    Three persons of NW-UCLA, every third pair of SBU and performer of the toy
    set, sessions of ROUTINE16; of JHMDB, whose names tell nothing, what is
    tested on by its next split, whose sides have no source video in common.

    Args:
        set_name: Of ``SETS``.
        ids: Names of the training clips.
        next_test: Of the clips that the next split tests on.
    """
    if set_name == 'jhmdb':
        return sorted(set(ids) & set(next_test))
    if set_name == 'routine16':
        return sorted(clip for clip in ids if _ROUTINE16.match(clip))
    who = {clip: who_is_seen(set_name, clip) for clip in ids}
    people = sorted(set(who.values()))
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

    Raises:
        ValueError: If the names of the clips do not tell which to hold out.
    """
    data = _split(facts, facts.train_split)
    places = [int(place) for place in data.data_list]
    ids = _names(data)
    away = set(held_out(facts.name, ids, _next_test(facts)))
    if not 0 < len(away) < len(ids):
        raise ValueError(
            f'{facts.ann_file}: {len(away)} of the {len(ids)} clips of '
            f'{facts.train_split!r} would be held out to choose by; expected '
            "some, by the set's own names of clips and splits "
            '(docs/study.md), not those of another file'
        )
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


def _split(facts: SetFacts, split: str) -> SkeletonDataset:
    layout = read_layout(facts.layout)
    return SkeletonDataset(facts.ann_file, layout, split=split)


def _names(data: SkeletonDataset) -> list[str]:
    return [data.store.table.names[int(place)] for place in data.data_list]


def _next_test(facts: SetFacts) -> list[str]:
    """Names of the clips that JHMDB's next split tests on."""
    if facts.name != 'jhmdb':
        return []
    number = int(facts.train_split.removeprefix('train'))
    return _names(_split(facts, f'test{number % 3 + 1}'))
