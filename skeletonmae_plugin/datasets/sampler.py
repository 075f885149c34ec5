"""Sampler that tells the data set which epoch it is."""

from __future__ import annotations

from collections.abc import Iterator, Sized
from typing import Any

from mmaction.registry import DATA_SAMPLERS
from mmengine.dataset import DefaultSampler


class DrawIndex(int):
    """Index of a clip that remembers where the sampler drew it.

    ``RepeatDataset`` and ``ConcatDataset`` turn an index into one of the
    data set they wrap by ``%`` and ``-``. ``draw`` stays the outer one, so
    that the repeats of a clip within an epoch get random numbers of their
    own.
    """

    draw: int

    def __new__(cls, index: int, draw: int | None = None) -> DrawIndex:
        """The index, drawn at itself unless told otherwise."""
        self = super().__new__(cls, index)
        self.draw = int(index) if draw is None else draw
        return self

    def __mod__(self, length: int) -> DrawIndex:
        return DrawIndex(int(self) % length, self.draw)

    def __sub__(self, start: int) -> DrawIndex:
        return DrawIndex(int(self) - start, self.draw)


@DATA_SAMPLERS.register_module()
class SkeletonSampler(DefaultSampler):
    """``DefaultSampler`` that hands seed and epoch to ``SkeletonDataset``.

    The data set keeps them in shared memory, since a persistent worker never
    hears of a new epoch by itself. Wrappers such as ``RepeatDataset`` and
    ``ConcatDataset`` are walked through. Under ``ClassBalancedDataset``, which
    looks its clips up in a list, the repeats of a clip within an epoch draw
    the same random numbers.

    Args:
        dataset: The data set, wrapped or not.
        shuffle: Whether to shuffle the clips.
        seed: Seed of the order and of the augmentation. None: one that all
            processes agree on.
        round_up: Whether to add clips so that all processes get equally
            many.
    """

    def __init__(
        self,
        dataset: Sized,
        shuffle: bool = True,
        seed: int | None = None,
        round_up: bool = True,
    ) -> None:
        super().__init__(dataset, shuffle, seed, round_up)
        self.set_epoch(0)

    def __iter__(self) -> Iterator[int]:
        """Indices of this process, each knowing its place."""
        return map(DrawIndex, super().__iter__())

    def set_epoch(self, epoch: int) -> None:
        """Tell the order and every data set of the new epoch."""
        super().set_epoch(epoch)
        for dataset in skeleton_datasets(self.dataset):
            dataset.set_clock(self.seed, epoch)


def skeleton_datasets(dataset: Any) -> Iterator[Any]:
    """All data sets within wrappers that keep a clock."""
    if hasattr(dataset, 'set_clock'):
        yield dataset
    inner = getattr(dataset, 'datasets', None)
    for wrapped in inner or [getattr(dataset, 'dataset', None)]:
        if wrapped is not None:
            yield from skeleton_datasets(wrapped)
