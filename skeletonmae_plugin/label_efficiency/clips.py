"""Clips of the file that is asked about, and which of them have labels."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..datasets.clip_table import UNLABELLED
from ..datasets.skeleton_dataset import SkeletonDataset
from ..datasets.subsets import choose_labelled
from ..datasets.way_up import way_up
from ..layouts import LayoutLike
from ..variables import unset_variable, where_from

#: Part of the training split that a learning rate is tried on.
HELD_OUT = 0.2


@dataclass(frozen=True)
class Clips:
    """Clips of a split.

    Args:
        ids: Their names, in the order of the file.
        labels: Their labels, ``UNLABELLED`` where there is none.
        num_coordinates: 2 or 3.
        content: Checksum of the layout, coordinates and scores of the split.
        up: Which way is up, see ``way_up``.
    """

    ids: tuple[str, ...]
    labels: tuple[int, ...]
    num_coordinates: int
    content: int = 0
    up: str | None = None

    def labelled(self) -> Clips:
        """Those that have a label."""
        kept = [i for i, x in enumerate(self.labels) if x != UNLABELLED]
        return self._those(kept)

    def without(self, ids: Sequence[str]) -> Clips:
        """Those of other names."""
        left_out = set(ids)
        kept = [i for i, name in enumerate(self.ids) if name not in left_out]
        return self._those(kept)

    def _those(self, places: Sequence[int]) -> Clips:
        return replace(
            self,
            ids=tuple(self.ids[i] for i in places),
            labels=tuple(self.labels[i] for i in places),
        )

    def choose(self, fraction: float, seed: int) -> list[str]:
        """Names of a stratified choice, see ``choose_labelled``."""
        return choose_labelled(self.ids, self.labels, fraction, seed=seed)


def read_layout(layout: str) -> LayoutLike:
    """A shipped layout's name as it is, a JSON file's content."""
    if not layout.endswith('.json'):
        return layout
    content: dict[str, Any] = json.loads(Path(layout).read_text('utf-8'))
    return content


def read_clips(ann_file: str, layout: str, split: str) -> Clips:
    """Names, labels and checksum of a split.

    Raises:
        ValueError: If the file is damaged or lacks the split or labels.
        FileNotFoundError: If it is not there.
    """
    unset = unset_variable(ann_file)
    if unset:
        raise FileNotFoundError(
            'the skeleton file is not given: set the environment variable '
            f'{unset} to its path'
        )
    if not Path(ann_file).exists():
        raise FileNotFoundError(
            f'{ann_file}{where_from(ann_file)}: no such skeleton file; '
            'expected a pickle or a packed store'
        )
    data = SkeletonDataset(ann_file, read_layout(layout), split=split)
    table = data.store.table
    clips = Clips(
        tuple(table.names[i] for i in data.data_list),
        tuple(int(table.label[i]) for i in data.data_list),
        data.store.num_coordinates,
        content_checksum(data),
        way_up(data),
    )
    if not clips.labelled().ids:
        raise ValueError(
            f'{ann_file}: no clip of split {split!r} has a label; expected '
            'some in both splits, for without them nothing can be compared'
        )
    return clips


def count_classes(ann_file: str, train: Clips, test: Clips) -> int:
    """Number of classes: the highest label and one.

    Raises:
        ValueError: If the test has a class that the training lacks.
    """
    known = set(train.labelled().labels)
    unknown = sorted(set(test.labelled().labels) - known)
    if unknown:
        raise ValueError(
            f'{ann_file}: the test split has label {unknown[0]}, which no '
            f'clip of the training split has (it has {sorted(known)}); '
            'exchange the splits or leave such clips out of the test'
        )
    return max(known) + 1


def fingerprint(*splits: Clips) -> str:
    """Number of clips and a checksum of names and labels."""
    text = json.dumps(
        [part for one in splits for part in (one.ids, one.labels)]
    )
    total = sum(len(one.ids) for one in splits)
    return f'{total} clips, checksum {zlib.crc32(text.encode()):08x}'


def content_checksum(data: SkeletonDataset) -> int:
    """Checksum of the layout and of what the clips hold but their labels."""
    data.full_init()
    table = data.store.table
    checksum = zlib.crc32(repr(data.layout).encode())
    for clip in data.data_list:
        begin = table.start[clip]
        rows = data.store.rows(begin, begin + table.num_rows[clip])
        for part in (*rows, table.img_shape[clip]):
            if part is not None:
                checksum = zlib.crc32(part.tobytes(), checksum)
    return checksum


def data_checksum(
    train: Clips, test: Clips, unlabelled: Sequence[int] = ()
) -> str:
    """All that a question's files say, in a line.

    Args:
        train: Clips to learn from.
        test: Clips to test on.
        unlabelled: See ``content_checksum``, of more files.
    """
    contents = json.dumps([train.content, test.content, *unlabelled])
    content = zlib.crc32(contents.encode())
    return f'{fingerprint(train, test)}, content {content:08x}'


def choose_subsets(
    train: Clips, fractions: Sequence[float], seeds: Sequence[int]
) -> dict[tuple[float, int], list[str]]:
    """Names of the labelled clips of each fraction and seed.

    Raises:
        ValueError: If two fractions give the same clips.
    """
    known = train.labelled()
    subsets = {
        (fraction, seed): known.choose(fraction, seed)
        for fraction in fractions
        for seed in seeds
    }
    sizes: dict[int, float] = {}
    for fraction in sorted(set(fractions)):
        size = len(subsets[fraction, seeds[0]])
        if size in sizes:
            raise ValueError(
                f'fractions {sizes[size]:g} and {fraction:g} both give the '
                f'same {size} of {len(known.ids)} labelled clips, for each '
                'class has at least one; leave one of the two out of '
                '--fractions'
            )
        sizes[size] = fraction
    return subsets


def split_for_sweep(
    train: Clips, fraction: float, seed: int
) -> tuple[list[str], list[str]]:
    """Labelled clips to learn from, and clips to choose a rate on.

    A stratified fifth of the labelled training clips is held out (of a class
    of one or two clips, none), and the fraction is chosen of the others.

    Raises:
        ValueError: If no class has three clips.
    """
    known = train.labelled()
    held_out = np.setdiff1d(known.ids, known.choose(1 - HELD_OUT, seed))
    rest = known.without(held_out.tolist())
    if not len(held_out):
        raise ValueError(
            'no learning rate can be chosen: a fifth of the '
            f'{len(known.ids)} labelled training clips is less than one a '
            "class; take the config's by --no-sweep"
        )
    return rest.choose(fraction, seed), held_out.tolist()
