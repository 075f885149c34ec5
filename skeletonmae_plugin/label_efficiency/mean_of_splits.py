"""The mean over the splits of a set, of runs that are done."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..weights import GENERATED_MOTION
from .folder import Folder, require_same_question
from .results import Group, group_results
from .sentence import answer
from .spec import marked_arm
from .statistics import Difference, caveat, pair_hits, percent, summarise

#: What may differ between the splits of a set: which clips are looked at, and
#: which weights were given, if they were given to all.
_OF_SPLIT = (
    'ann_file',
    'train_split',
    'test_split',
    'data',
    'pretrained',
    'pretrained_checksum',
)


#: Label seed and pre-training seed.
Key = tuple[int, int | None]


@dataclass(frozen=True)
class Split:
    """A run of ``label_efficiency.py`` on one of the splits.

    Args:
        path: Its folder.
        spec: Its question.
        groups: Cells that are done, by fraction and arm, in their order.
    """

    path: Path
    spec: dict[str, Any]
    groups: dict[tuple[float, str], Group]

    @classmethod
    def read(cls, path: Path) -> Split:
        """Read a folder.

        Raises:
            FileNotFoundError: If it is none of a run, or nothing is done.
        """
        folder = Folder(path)
        file = folder.path / 'spec.json'
        cells = [
            cell
            for cell in folder.done()
            if cell.fraction is not None and cell.lr_factor is None
        ]
        if not file.is_file() or not cells:
            raise FileNotFoundError(
                f'{path}: expected a folder that tools/label_efficiency.py '
                'has written (its --out), with cells that are done'
            )
        done = [
            (cell, folder.read(cell), folder.num_labels(cell))
            for cell in cells
        ]
        groups = group_results(done, np.array(folder.test_labels()))
        return cls(
            path,
            json.loads(file.read_text()),
            {(group.fraction, group.arm): group for group in groups},
        )

    @property
    def weights(self) -> str:
        """Where pre-trained weights come from."""
        given = self.spec.get('pretrained')
        if given is None:
            return 'a pre-training of its own'
        return given if given == GENERATED_MOTION else 'weights that are given'

    @property
    def name(self) -> str:
        """Which split it is."""
        return f'{self.spec["train_split"]} -> {self.spec["test_split"]}'


def mean_of_splits(splits: Sequence[Split]) -> list[Group]:
    """Groups as if the splits were one: each counts alike.

    Args:
        splits: Of one set.

    Returns:
        What all of them have: top-1 and class mean of each label seed and
        pre-training seed are means over the splits, the difference to
        scratch has an interval that resamples each split for itself.

    Raises:
        ValueError: If there are fewer than two, if two are the same, or if
            they differ by more than their clips.
    """
    _require_one_question(splits)
    first = splits[0].groups
    common = [key for key in first if all(key in s.groups for s in splits)]
    means = [_mean([split.groups[key] for split in splits]) for key in common]
    found = [group for group in means if group.top1]
    for group in found:
        if group.arm != 'scratch' and (group.fraction, 'scratch') in common:
            group.difference = _difference(splits, group)
    return found


def _difference(splits: Sequence[Split], group: Group) -> Difference | None:
    """To scratch, by the subsets that both arms have on all splits."""
    pairs = []
    scratch = [
        split.groups[group.fraction, 'scratch'].hits for split in splits
    ]
    common = set.intersection(*(set(hits) for hits in scratch))
    for split, base in zip(splits, scratch, strict=True):
        arm = split.groups[group.fraction, group.arm].hits
        pair = pair_hits(
            {key: arm[key] for key in group.top1},
            {key: base[key] for key in common},
        )
        if pair is None:
            return None
        pairs.append(pair)
    return summarise(*pairs)


def _require_one_question(splits: Sequence[Split]) -> None:
    if len(splits) < 2:
        raise ValueError('expected the folders of two splits at the least')
    first = splits[0]
    for split in splits[1:]:
        if split.weights != first.weights:
            raise ValueError(
                f'{split.path} begins with {split.weights}, {first.path} with '
                f'{first.weights}; expected the same for all splits'
            )
    require_same_question(
        {split.path: split.spec for split in splits},
        _OF_SPLIT,
        '--train-split and --test-split',
    )
    seen: dict[str, Path] = {}
    for split in splits:
        other = seen.setdefault(split.name, split.path)
        if other is not split.path:
            raise ValueError(
                f'{other} and {split.path} are of one split, {split.name}; '
                'name a folder of each'
            )


def _mean(groups: Sequence[Group]) -> Group:
    """Of one arm at one fraction: what all splits have."""
    keys = set.intersection(*(set(group.top1) for group in groups))
    first = groups[0]
    mean = Group(
        first.arm,
        first.fraction,
        round(float(np.mean([group.num_labels for group in groups]))),
        updates=first.updates,
    )
    for key in sorted(keys, key=lambda k: (k[0], k[1] or 0)):
        mean.top1[key] = float(np.mean([g.top1[key] for g in groups]))
        mean.mean_class[key] = float(
            np.mean([g.mean_class[key] for g in groups])
        )
    # A mean is no number as soon as one of its splits is none.
    mean.lost = keys & set[Key]().union(*(g.lost for g in groups))
    return mean


def splits_table(splits: Sequence[Split]) -> str:
    """The Markdown table, and the answer in words above it.

    Args:
        splits: Of one set.

    Raises:
        ValueError: See ``mean_of_splits``; or if they have nothing in common.
    """
    groups = mean_of_splits(splits)
    if not groups:
        raise ValueError(
            'the splits have no cell in common; run the same arms, fractions '
            'and seeds on each'
        )
    transductive = splits[0].spec['pretrain_on'] == 'all'
    lines = [
        answer(groups, transductive),
        '',
        '| labels | arm | top-1 % | class mean % | minus scratch '
        '(95 % interval) | subsets x pre-trainings |',
        '|---|---|---|---|---|---|',
    ]
    for group in groups:
        lines.append(
            f'| {group.num_labels} ({100 * group.fraction:g} %) '
            f'| {marked_arm(group.arm, transductive)} '
            f'| {percent(group.top1)} | {percent(group.mean_class)} '
            f'| {group.gain} | {_number(group.top1)} |'
        )
    over = sorted(
        {name for g in groups if g.difference for name in g.difference.over}
    )
    few = [name for g in groups if g.difference for name in g.difference.few]
    lines += [
        '',
        f'- Mean of {len(splits)} splits, which count alike: '
        f'{", ".join(split.name for split in splits)}. ± is the standard '
        'deviation of this mean over label subsets.',
        f'- The interval is of a bootstrap of paired differences over '
        f'{", ".join(over) or "nothing"}, in each split for itself. Where '
        f'splits share clips it is rather too narrow. {caveat(few)}',
    ]
    if splits[0].spec.get('pretrained') is not None:
        lines.append(f'- Pre-trained arms begin with {splits[0].weights}.')
    if splits[0].spec['epochs'] != 1:
        lines.append(
            f'- REDUCED: every training had {100 * splits[0].spec["epochs"]:g}'
            " % of its config's epochs."
        )
    return '\n'.join(lines) + '\n'


def _number(values: Collection[tuple[int, int | None]]) -> str:
    """Of label subsets and of pre-trainings."""
    seeds, pretrained = ({key[i] for key in values} for i in (0, 1))
    return f'{len(seeds)} x {len(pretrained)}'
