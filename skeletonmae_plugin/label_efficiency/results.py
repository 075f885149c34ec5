"""Rows of results.json, and the same by arm and fraction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..evaluation.scores import accuracies
from .cells import Cell
from .spec import ARMS, PRETRAINED_ARMS
from .statistics import Difference, compare, mean_and_std


def result_row(
    cell: Cell, result: Mapping[str, Any], num_labels: int, transductive: bool
) -> dict[str, Any]:
    """A row of results.json.

    Args:
        cell: The cell.
        result: What its file says.
        num_labels: Labelled clips that it learned from.
        transductive: Whether pre-training has seen the test clips.
    """
    row = dict(
        arm=cell.arm,
        fraction=cell.fraction,
        seed=cell.seed,
        pretrain_seed=cell.pretrain_seed,
        top1=result['top1'],
        mean_class_accuracy=result['mean_class_accuracy'],
        num_labels=num_labels,
        seconds=result['seconds'],
        lr_factor=result['lr_factor'],
    )
    if transductive and cell.arm in PRETRAINED_ARMS:
        row['transductive'] = True
    return row


@dataclass
class Group:
    """All cells of an arm at a fraction.

    Args:
        arm: The arm.
        fraction: Part of the labels.
        num_labels: Number of labels.
        top1: By (label seed, pre-training seed), in 0..1.
        mean_class: Likewise the mean over classes.
        hits: Likewise which test clips were right.
        seconds: Of each cell.
        lr_factor: Factor of the learning rate, None where there is none.
        updates: Steps of a training.
        lost: Likewise those whose scores are no numbers any more.
    """

    arm: str
    fraction: float
    num_labels: int
    lr_factor: float | None = None
    updates: int | None = None
    top1: dict[tuple[int, int | None], float] = field(default_factory=dict)
    mean_class: dict[tuple[int, int | None], float] = field(
        default_factory=dict
    )
    hits: dict[tuple[int, int | None], np.ndarray] = field(
        default_factory=dict
    )
    seconds: list[float] = field(default_factory=list)
    lost: set[tuple[int, int | None]] = field(default_factory=set)
    difference: Difference | None = None

    @property
    def diverged(self) -> int:
        """How many are lost."""
        return len(self.lost)

    @property
    def mean(self) -> float:
        """Mean top-1."""
        return mean_and_std(self.top1)[0]

    @property
    def gain(self) -> str:
        """For tables: the difference, and of how many subsets if not all."""
        if self.difference is None:
            return ''
        compared = self.difference.num_seeds
        if compared == len({seed for seed, _ in self.top1}):
            return self.difference.points
        return f'{self.difference.points} of {compared} subsets'


def group_results(
    cells: Iterable[tuple[Cell, Mapping[str, Any], int]],
    labels: np.ndarray,
) -> list[Group]:
    """Cells by number of labels, then in the order of the arms.

    Args:
        cells: Each with what its file says and its number of labels.
        labels: (n,) true classes of the test.

    Returns:
        Groups; all but scratch have their difference to it, where both have
        a label subset in common.
    """
    groups: dict[tuple[float, str], Group] = {}
    for cell, result, num_labels in cells:
        assert cell.fraction is not None and cell.seed is not None
        group = groups.setdefault(
            (cell.fraction, cell.arm),
            Group(cell.arm, cell.fraction, num_labels),
        )
        key = cell.seed, cell.pretrain_seed
        group.lr_factor = result['lr_factor']
        group.updates = result['updates']
        group.top1[key] = result['top1']
        group.mean_class[key] = result['mean_class_accuracy']
        group.hits[key] = np.array(result['predicted']) == labels
        group.seconds.append(result['seconds'])
        # Results of before say nothing of it.
        if not result.get('finite', True):
            group.lost.add(key)
    for (fraction, arm), group in groups.items():
        base = groups.get((fraction, 'scratch'))
        if base is not None and arm != 'scratch':
            group.difference = compare(group.hits, base.hits)
    order = list(ARMS)
    return sorted(
        groups.values(), key=lambda g: (g.fraction, order.index(g.arm))
    )


def of_clips(
    result: Mapping[str, Any], labels: np.ndarray, kept: np.ndarray
) -> dict[str, Any]:
    """A result as if some test clips had not been there.

    Args:
        result: What the file of a cell says.
        labels: (n,) true classes of the test.
        kept: (n,) bool, True: the clip counts.
    """
    predicted = np.array(result['predicted'])[kept]
    return {
        **result,
        **accuracies(predicted, labels[kept]),
        'predicted': predicted.tolist(),
    }


def weak_scratch(groups: Sequence[Group]) -> list[str]:
    """Where training from scratch does worse than no training.

    Then it has been trained too little, and a difference to it says nothing
    of pre-training's worth.

    Args:
        groups: See ``group_results``.

    Returns:
        A sentence for each such number of labels.
    """
    found = []
    for base in groups:
        better = [
            group.arm
            for group in groups
            if group.arm in ('random_frozen', 'raw_knn')
            and group.fraction == base.fraction
            and group.mean > base.mean
        ]
        if base.arm == 'scratch' and better:
            found.append(
                f'with {base.num_labels} labels scratch is below '
                f'{" and ".join(better)}, which train no network'
            )
    return found


def diverged(groups: Sequence[Group]) -> list[str]:
    """Where trainings have ended in scores that are no numbers.

    What is guessed then says nothing of an arm, nor does a difference to it.

    Args:
        groups: See ``group_results``.

    Returns:
        A sentence for each such arm and number of labels.
    """
    return [
        f'with {group.num_labels} labels {group.diverged} of '
        f'{len(group.top1)} trainings of {group.arm} have diverged'
        for group in groups
        if group.diverged
    ]
