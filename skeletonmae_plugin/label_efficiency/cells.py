"""Cells of the comparison, and which processes compute them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .spec import LR_FACTORS, PRETRAINED_ARMS, SWEEP_SEEDS, SWEPT

#: Arms whose cells need no training: one process computes all of a row.
TOGETHER = (
    'frozen_linear',
    'frozen_knn',
    'frozen_spread',
    'raw_knn',
    'raw_spread',
)


@dataclass(frozen=True, order=True)
class Cell:
    """One number of the comparison.

    Args:
        arm: Of ``ARMS``, or 'pretrain'.
        fraction: Part of the labels. None: of a pre-training.
        seed: Of the label subset, of the weights and of the order.
        pretrain_seed: Of the pre-training. None: of an arm without.
        lr_factor: Times the config's learning rate; set in a sweep, whose
            cells are tested on a part of the training split. None: none.
    """

    arm: str
    fraction: float | None = None
    seed: int | None = None
    pretrain_seed: int | None = None
    lr_factor: float | None = None

    @property
    def name(self) -> str:
        """For files."""
        parts = [
            'sweep' if self.lr_factor is not None else None,
            self.arm,
            _part('x', self.lr_factor),
            _part('f', self.fraction),
            _part('s', self.seed),
            _part('p', self.pretrain_seed),
        ]
        return '_'.join(part for part in parts if part is not None)

    def to_json(self) -> dict[str, Any]:
        """As it is written."""
        return asdict(self)


def _part(letter: str, value: float | None) -> str | None:
    return None if value is None else f'{letter}{value:g}'


def pretrain_cells(arms: Sequence[str], num_seeds: int) -> list[Cell]:
    """A pre-training a seed, if an arm needs it."""
    if not set(arms) & set(PRETRAINED_ARMS):
        return []
    return [Cell('pretrain', pretrain_seed=p) for p in range(num_seeds)]


def sweep_cells(arms: Sequence[str], fraction: float) -> list[Cell]:
    """Every learning rate for every arm that has one, on some subsets."""
    swept = {SWEPT[arm] for arm in arms if arm in SWEPT}
    return [
        Cell(arm, fraction, seed, _first_seed(arm), factor)
        for seed in SWEEP_SEEDS
        for factor in LR_FACTORS
        for arm in sorted(swept)
    ]


def _first_seed(arm: str) -> int | None:
    return 0 if arm in PRETRAINED_ARMS else None


def main_cells(
    arms: Sequence[str],
    fractions: Sequence[float],
    seeds: Sequence[int],
    num_pretrain_seeds: int,
    paired: bool = False,
) -> list[Cell]:
    """All numbers of the table, those of one seed before those of the next.

    So that what a broken run leaves is complete for some seeds.

    Args:
        arms: Of ``ARMS``.
        fractions: Parts of the labels.
        seeds: Of label subsets.
        num_pretrain_seeds: Number of pre-trainings.
        paired: Whether a pre-training is followed by the training of the same
            seed alone, else by those of all seeds.
    """

    def of_seed(seed: int) -> Sequence[int]:
        return (seed,) if paired else range(num_pretrain_seeds)

    return [
        Cell(arm, fraction, seed, pretrain_seed)
        for seed in seeds
        for fraction in fractions
        for arm in arms
        for pretrain_seed in (
            of_seed(seed) if arm in PRETRAINED_ARMS else (None,)
        )
    ]


def group_cells(cells: Iterable[Cell]) -> list[list[Cell]]:
    """Cells by process: a training each, all that share features in one."""
    groups: dict[tuple, list[Cell]] = {}
    for cell in cells:
        key: tuple = (cell.name,)
        if cell.arm in TOGETHER:
            key = (cell.arm, cell.pretrain_seed)
        elif cell.arm == 'random_frozen':  # random weights of a seed
            key = (cell.arm, cell.seed)
        groups.setdefault(key, []).append(cell)
    return list(groups.values())


def choose_factors(results: dict[Cell, float]) -> dict[str, float]:
    """Learning rate of each arm: the best mean over the subsets of a sweep.

    Args:
        results: Accuracy of the cells of a sweep.

    Returns:
        Arm -> factor; of equals the one nearest to the config's.
    """
    scores: dict[str, dict[float, list[float]]] = {}
    for cell, accuracy in results.items():
        if cell.lr_factor is not None:
            of_arm = scores.setdefault(cell.arm, {})
            of_arm.setdefault(cell.lr_factor, []).append(accuracy)
    return {
        arm: max(
            of_arm,
            key=lambda x: (sum(of_arm[x]) / len(of_arm[x]), -abs(x - 1)),
        )
        for arm, of_arm in scores.items()
    }
