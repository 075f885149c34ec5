"""What is true of the two sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .class_subsets import GYM99_SUBSETS
from .official_lists import gym_key, read_diving48_list, read_gym_list


@dataclass(frozen=True)
class ReleasedSet:
    """A set, its pickle and its official lists.

    Args:
        name: Its name.
        splits: Names of the splits in the released pickles.
        num_classes: Number of classes.
        read_list: Reads an official list: labels by clip.
        key: Brings a clip's name of pickle and list to one form.
        subsets: First class of each named subset and the one behind its last.
    """

    name: str
    splits: tuple[str, str]
    num_classes: int
    read_list: Callable[[str | Path], dict[str, int]]
    key: Callable[[str], str] = str
    subsets: Mapping[str, tuple[int, int]] = field(default_factory=dict)


FINEGYM = ReleasedSet(
    name='FineGym (Gym99)',
    splits=('train', 'val'),
    num_classes=99,
    read_list=read_gym_list,
    key=gym_key,
    subsets=GYM99_SUBSETS,
)
DIVING48 = ReleasedSet(
    name='Diving48',
    splits=('train', 'test'),
    num_classes=48,
    read_list=read_diving48_list,
)
