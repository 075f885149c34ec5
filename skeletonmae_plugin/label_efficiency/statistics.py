"""What the cells say together: means, differences, intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

#: Resamples of an interval.
RESAMPLES = 5000
#: Of fewer label subsets or pre-trainings an interval comes out too narrow: of
#: three, with many test clips, it leaves 0 out in up to one of four cases
#: where nothing is to be found.
ENOUGH = 10
_CHUNK = 250

_AXES = ('label subsets', 'pre-training seeds', 'test clips')

#: (label seed, pre-training seed or None) -> (n,) bool, right or wrong.
Hits = Mapping[tuple[int, int | None], np.ndarray]


@dataclass(frozen=True)
class Difference:
    """How much better one arm is than another, in 0..1.

    Args:
        mean: Over all pairs.
        low: Lower end of the 95 % interval.
        high: Upper end.
        over: What the interval resamples; what there is one of, it cannot.
        num_seeds: Label subsets that both arms have.
        num_pretrained: Pre-trainings of the first.
    """

    mean: float
    low: float
    high: float
    over: tuple[str, ...]
    num_seeds: int
    num_pretrained: int = 1

    @property
    def includes_zero(self) -> bool:
        """Whether chance alone could explain it."""
        return self.low <= 0 <= self.high

    @property
    def few(self) -> tuple[str, ...]:
        """What was resampled of fewer than ``ENOUGH``."""
        sizes = (self.num_seeds, self.num_pretrained)
        return few_of(dict(zip(_AXES, sizes, strict=False)))

    @property
    def points(self) -> str:
        """For tables: the mean in points, and its interval."""
        return points_cell(self.mean, self.low, self.high)


def pair_hits(arm: Hits, base: Hits) -> np.ndarray | None:
    """Hits of an arm minus those of the base, subset by subset.

    Args:
        arm: Its cells.
        base: Those of an arm without pre-training.

    Returns:
        (S, P, n) in {-1, 0, 1}: label subsets, pre-training seeds, test
        clips. Subsets that either arm lacks, if for one pre-training only,
        are left out. None: there is none.
    """
    pretrain_seeds = sorted({p for _, p in arm}, key=lambda p: p or 0)
    seeds = [
        seed
        for seed in sorted({s for s, _ in arm})
        if (seed, None) in base
        and all((seed, p) in arm for p in pretrain_seeds)
    ]
    if not seeds:
        return None
    return np.array(
        [
            [
                arm[seed, p].astype(float) - base[seed, None]
                for p in pretrain_seeds
            ]
            for seed in seeds
        ]
    )


def bootstrap(
    differences: np.ndarray, resamples: int = RESAMPLES, seed: int = 0
) -> np.ndarray:
    """Means of resampled differences.

    Label subsets, pre-training seeds and test clips are drawn with
    replacement, each for itself, since each subset meets each pre-training
    and each clip. Of an axis of one there is nothing to draw.

    Args:
        differences: (S, P, n).
        resamples: Number R of resamples.
        seed: Of the draws.

    Returns:
        (R,).
    """
    rng = np.random.default_rng(seed)
    num_subsets, num_pretrained, num_clips = differences.shape
    flat = differences.reshape(-1, num_clips)
    means = []
    for start in range(0, resamples, _CHUNK):
        count = min(_CHUNK, resamples - start)
        subsets, pretrained, clips = (
            rng.multinomial(n, np.full(n, 1 / n), size=count) / n
            for n in (num_subsets, num_pretrained, num_clips)
        )
        by_pair = (flat @ clips.T).reshape(num_subsets, num_pretrained, -1)
        means.append(np.einsum('spr,rs,rp->r', by_pair, subsets, pretrained))
    return np.concatenate(means)


def compare(arm: Hits, base: Hits) -> Difference | None:
    """The paired difference of two arms with its interval.

    Returns:
        None if they have no label subset in common.
    """
    differences = pair_hits(arm, base)
    return None if differences is None else summarise(differences)


def summarise(*differences: np.ndarray) -> Difference:
    """The mean of paired differences with its interval.

    Args:
        differences: (S, P, n): label subsets, pre-training seeds, clips. Of
            several splits of a set one each, which count alike, and are
            drawn from each for itself.
    """
    means = np.mean(
        [bootstrap(one, seed=i) for i, one in enumerate(differences)], axis=0
    )
    # A mean of 0 may come as 7e-18, and would then be called an effect; and
    # -0.0 is none, which the 0.0 makes plain.
    low, high = np.round(np.percentile(means, [2.5, 97.5]), 12) + 0.0
    over = tuple(
        name
        for axis, name in enumerate(_AXES)
        if all(one.shape[axis] > 1 for one in differences)
    )
    return Difference(
        float(np.mean([one.mean() for one in differences])),
        float(low),
        float(high),
        over,
        min(len(one) for one in differences),
        min(one.shape[1] for one in differences),
    )


def few_of(sizes: Mapping[str, int]) -> tuple[str, ...]:
    """What was resampled of fewer than ``ENOUGH``; one is not resampled.

    Args:
        sizes: What was resampled, and of how many.
    """
    return tuple(name for name, size in sizes.items() if 1 < size < ENOUGH)


def caveat(few: Iterable[str]) -> str:
    """How far intervals can be trusted, in words.

    Args:
        few: What was resampled of few, see ``few_of``.
    """
    names = ' and '.join(dict.fromkeys(few))
    return (
        'Test clips count as independent: where several are of one person '
        'doing one thing, intervals are too narrow'
        + (f', as they are with so few {names}.' if names else '.')
    )


def mean_and_std(
    values: Mapping[tuple[int, int | None], float],
) -> tuple[float, float | None]:
    """Mean, and standard deviation over label subsets.

    Args:
        values: Of each label seed and pre-training seed; the mean over the
            latter is taken first.

    Returns:
        Mean and sample deviation, None of one subset.
    """
    of_seed: dict[int, list[float]] = {}
    for (seed, _), value in values.items():
        of_seed.setdefault(seed, []).append(value)
    means = [float(np.mean(one)) for one in of_seed.values()]
    spread = float(np.std(means, ddof=1)) if len(means) > 1 else None
    return float(np.mean(means)), spread


def percent(values: Mapping[tuple[int, int | None], float]) -> str:
    """For tables: what ``mean_and_std`` says, in percent."""
    return percent_cell(*mean_and_std(values))


def percent_cell(mean: float, spread: float | None) -> str:
    """A mean in 0..1 and its deviation, in percent."""
    more = '' if spread is None else f' ± {100 * spread:.1f}'
    return f'{100 * mean:.1f}{more}'


def points_cell(mean: float, low: float, high: float) -> str:
    """A difference in -1..1 and its interval, in points."""
    return f'{100 * mean:+.1f} ({100 * low:+.1f} to {100 * high:+.1f})'


def label_factor(
    curve: Mapping[int, float], labels: int, accuracy: float
) -> float | None:
    """How many times the labels scratch would need for an accuracy.

    Args:
        curve: Number of labels -> accuracy of training from scratch.
        labels: Number of labels that another arm had.
        accuracy: What it reached.

    Returns:
        The factor, by interpolation over the logarithm of the number; the
        first crossing counts. None where the curve does not reach it.
    """
    points = sorted(curve.items())
    for (left, low), (right, high) in zip(points, points[1:], strict=False):
        if min(low, high) <= accuracy <= max(low, high):
            part = (accuracy - low) / (high - low) if high != low else 0.0
            log = np.log(left) + part * (np.log(right) - np.log(left))
            return float(np.exp(log) / labels)
    return None
