"""Whole batches from a store: no loop over clips."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import torch
from mmengine.device import get_device
from torch.utils.data import get_worker_info

from ..functional.arrays import Array, as_like, only
from .clip_store import ClipStore
from .collate import Batch
from .known_joints import known_joints
from .randomness import ClipRandom
from .transforms import (
    LoadSkeleton,
    PackSkeletonInputs,
    RankPersons,
    SampleSkeletonFrames,
)

#: What every pipeline of ours begins with, in this order.
HEAD = (LoadSkeleton, RankPersons, SampleSkeletonFrames)


def check_serving(
    batched: bool, transforms_on: str, preload: str | None
) -> None:
    """Raise ``ValueError`` unless the options go together."""
    if transforms_on not in ('worker', 'model'):
        raise ValueError(
            f"transforms_on must be 'worker' or 'model', got {transforms_on!r}"
        )
    if preload not in (None, 'memory', 'device'):
        raise ValueError(
            f"preload must be None, 'memory' or 'device', got {preload!r}"
        )
    if not batched and (transforms_on == 'model' or preload == 'device'):
        raise ValueError(
            f'transforms_on={transforms_on!r} and preload={preload!r} are '
            'for whole batches; set batched=True'
        )


def why_not_whole(transforms: Sequence[Any]) -> str | None:
    """Why a pipeline cannot run on whole batches; None if it can."""
    head = transforms[: len(HEAD)]
    if [type(step) for step in head] != list(HEAD):
        return 'it must begin with ' + ', '.join(t.__name__ for t in HEAD)
    for step in transforms[len(HEAD) :]:
        if not getattr(step, 'batched', False):
            return f'{type(step).__name__} works on single clips'
    if not isinstance(transforms[-1], PackSkeletonInputs):
        return 'it must end with PackSkeletonInputs'
    return None


class BatchMaker:
    """Makes the batches of a data set.

    What the first three transforms do is done from the store for all clips at
    once, and for the frames that are taken only. The others run as they are.

    Args:
        store: The clips.
        transforms: The pipeline; ``why_not_whole`` says what is taken.
        transforms_on: 'worker', or 'model' to leave the others to
            ``SkeletonDataPreprocessor``.
        on_device: Whether the frames lie on the model's device.
    """

    def __init__(
        self,
        store: ClipStore,
        transforms: Sequence[Any],
        transforms_on: str = 'worker',
        on_device: bool = False,
    ) -> None:
        self.load, self.rank, self.sample = transforms[: len(HEAD)]
        self.rest = list(transforms[len(HEAD) :])
        self.store = store
        self.transforms_on = transforms_on
        self.on_device = on_device
        self.load.layout.check_num_joints(store.num_joints)
        self.order = store.person_order(
            self.rank.num_person,
            self.load.score_thr,
            self.load.zero_is_missing,
        )

    def __call__(
        self,
        clips: np.ndarray,
        sample_idx: np.ndarray,
        rng: ClipRandom,
        test_mode: bool,
    ) -> Batch:
        """A batch of clips.

        Args:
            clips: (B,) positions in the store.
            sample_idx: (B,) positions in the data set.
            rng: Random numbers of these clips.
            test_mode: What the data set is for.

        Returns:
            What ``PackSkeletonInputs`` makes of a batch, or with
            ``transforms_on='model'`` the arrays that it is made from and
            ``transforms``, those that are still to run.
        """
        if self.load.test_mode is not None:
            test_mode = self.load.test_mode
        results = dict(
            rng=rng,
            test_mode=test_mode,
            sample_idx=sample_idx,
            **self._facts(clips),
        )
        self._add_frames(results, clips)
        if self.transforms_on == 'model':
            return Batch(_tensors(results), transforms=self.rest)
        for transform in self.rest:
            results = transform(results)
        return Batch(results)

    @cached_property
    def frames(self) -> ClipStore:
        """Where the frames are taken from."""
        if not self.on_device:
            return self.store
        if get_worker_info() is not None:
            raise RuntimeError(
                "preload='device' keeps the clips on the model's device, "
                'which a worker cannot reach; set num_workers=0 and '
                'persistent_workers=False in the dataloader'
            )
        return self.store.to(get_device())

    def _facts(self, clips: np.ndarray) -> dict[str, Any]:
        """What is known of the clips beside their frames."""
        table = self.store.table
        facts: dict[str, Any] = dict(
            batch_size=len(clips),
            num_clips=self.sample.num_clips,
            frame_dir=[table.names[clip] for clip in clips],
            label=table.label[clips],
            total_frames=table.num_frames[clips],
        )
        for key in ('img_shape', 'original_shape'):
            size = getattr(table, key)[clips]
            if size.any():
                facts[key] = size
        return facts

    def _add_frames(self, results: dict[str, Any], clips: np.ndarray) -> None:
        """Add frames (N, M, T, V, C), N = B * num_clips, and their facts."""
        frames = self.sample.draw_frames(
            results['rng'],
            self.store.table.num_frames[clips],
            results['test_mode'],
        )  # (N, T)
        clips = np.repeat(clips, self.sample.num_clips)
        persons = self.order[clips]  # (N, M)
        keypoint, score = self.frames.gather(clips, persons, frames)
        valid = self._known(keypoint, score, clips, persons)
        results.update(
            keypoint=only(keypoint, valid), valid=valid, frame_inds=frames
        )
        if score is not None:
            results['keypoint_score'] = only(score[..., None], valid)[..., 0]
        if self.on_device:
            results['rng'] = results['rng'].to(valid.device)

    def _known(
        self,
        keypoint: Array,
        score: Array | None,
        clips: np.ndarray,
        persons: np.ndarray,
    ) -> Array:
        """Which joints are seen, (N, M, T, V), none of absent persons."""
        valid = known_joints(
            keypoint, zero_is_missing=self.load.zero_is_missing
        )
        if score is not None:
            high = score > self.load.score_thr
            scored = self.store.table.scored[clips]
            if not scored.all():  # clips without scores beside others
                high = high | as_like(~scored, high)[:, None, None, None]
            valid &= high
        if (persons < 0).any():
            valid &= as_like(persons >= 0, valid)[:, :, None, None]
        return valid


def _tensors(results: dict[str, Any]) -> dict[str, Any]:
    """Arrays as tensors, which workers hand over without a copy."""
    return {
        key: torch.from_numpy(value)
        if isinstance(value, np.ndarray)
        else value
        for key, value in results.items()
    }
