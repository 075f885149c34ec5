"""Sampler that tells the data set which epoch it is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sized
from typing import Any

import torch
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

    With ``min_clips`` the number of updates does not depend on the size of a
    small set: an epoch goes through it several times, each time in another
    order and with other random numbers, and the last time perhaps not to the
    end. It has ``max(len(dataset), min_clips)`` draws; the numbers of
    draws of any two clips differ by one at most. ``max_clips`` ends the epoch
    of a large set sooner.

    Args:
        dataset: The data set, wrapped or not.
        shuffle: Whether to shuffle the clips.
        seed: Seed of the order and of the augmentation. None: one that all
            processes agree on.
        round_up: Whether to add clips so that all processes get equally
            many.
        min_clips: How many clips an epoch draws at least. None: each once.
        max_clips: How many it draws at most; others in each epoch, by
            chance. None: all.
    """

    def __init__(
        self,
        dataset: Sized,
        shuffle: bool = True,
        seed: int | None = None,
        round_up: bool = True,
        min_clips: int | None = None,
        max_clips: int | None = None,
    ) -> None:
        super().__init__(dataset, shuffle, seed, round_up)
        for name, bound in dict(
            min_clips=min_clips, max_clips=max_clips
        ).items():
            if bound is not None and bound < 1:
                raise ValueError(f'{name} must be at least 1, got {bound}')
            if bound is not None and not shuffle:
                raise ValueError(
                    f'{name} is for training, which shuffles, got '
                    f'{name}={bound} with shuffle=False; leave it out of '
                    'a test, where each clip counts once'
                )
        if max_clips is not None and max_clips < (min_clips or 0):
            raise ValueError(
                f'max_clips={max_clips} is less than min_clips={min_clips}; '
                'expected at least as many'
            )
        self.num_draws = max(len(dataset), min_clips or 0)
        if max_clips is not None:
            self.num_draws = min(self.num_draws, max_clips)
        shared = self.num_draws - (0 if round_up else self.rank)
        self.num_samples = math.ceil(shared / self.world_size)
        self.total_size = (
            self.num_samples * self.world_size if round_up else self.num_draws
        )
        self.set_epoch(0)

    def __iter__(self) -> Iterator[int]:
        """Indices of this process, each knowing its place."""
        clips, draws = len(self.dataset), self._draws()
        # As the stock sampler rounds up: from the beginning again.
        draws *= math.ceil(self.total_size / self.num_draws)
        own = draws[self.rank : self.total_size : self.world_size]
        return iter([DrawIndex(draw % clips, draw) for draw in own])

    def _draws(self) -> list[int]:
        """The draws of an epoch in order; draw d is one of clip d % clips."""
        clips = len(self.dataset)
        if not self.shuffle:
            return list(range(clips))
        generator = torch.Generator().manual_seed(self.seed + self.epoch)
        passes = [
            torch.randperm(clips, generator=generator) + start
            for start in range(0, self.num_draws, clips)
        ]
        return torch.cat(passes)[: self.num_draws].tolist()

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
