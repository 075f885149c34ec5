"""Batches that the data set has made as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mmengine.dataset import pseudo_collate
from mmengine.registry import FUNCTIONS


class Batch(dict):
    """A whole batch, as ``SkeletonDataset(batched=True)`` makes it.

    MMEngine's own collate functions take it for a list of clips; they are
    told what to use instead.
    """

    def __missing__(self, key: Any) -> Any:
        if key == 0:
            raise TypeError(
                'this is a whole batch and no list of clips: set '
                "collate_fn=dict(type='skeleton_collate') in the dataloader, "
                'or batched=False in its SkeletonDataset'
            )
        raise KeyError(key)


@FUNCTIONS.register_module()
def skeleton_collate(clips: Batch | Sequence[Any]) -> Any:
    """Pass a whole batch on; join a list of clips as MMEngine does.

    Args:
        clips: What the data set gave for the indices of a batch. Wrappers
            such as ``RepeatDataset`` give single clips.
    """
    return clips if isinstance(clips, Batch) else pseudo_collate(clips)
