"""The data of a config with a choice of clips and labels put in."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mmaction.registry import DATASETS
from mmengine.config import Config

from ..datasets import SkeletonDataset
from ..datasets.clip_table import UNLABELLED
from ..label_efficiency.clips import content_checksum

#: Options of the data set that choose clips or labels: done here.
_CHOICES = (
    'include',
    'labels_file',
    'classes',
    'label_fraction',
    'labels_per_class',
    'subset_file',
    'indices',
)


def check_data(cfg: Config) -> None:
    """Raise ``ValueError`` unless clips and labels can be put in."""
    dataset = cfg.train_dataloader.dataset
    if dataset.type not in ('SkeletonDataset', SkeletonDataset):
        raise ValueError(
            'self-training needs train_dataloader.dataset.type='
            f"'SkeletonDataset', got {dataset.type!r}; take its wrapper off"
        )
    for key in _CHOICES:
        if dataset.get(key) is not None:
            raise ValueError(
                'self-training chooses clips and labels itself, got '
                f'train_dataloader.dataset.{key}={dataset[key]!r}; leave it '
                'out and name the labelled clips'
            )


def with_clips(
    cfg: Config, include: Path, labels: Path, **changes: Any
) -> dict:
    """The training's data set with these clips and labels only.

    Args:
        cfg: The config.
        include: File of the names of the clips.
        labels: File of their labels; the others are unlabelled.
        changes: Other options to set.
    """
    dataset = copy.deepcopy(cfg.train_dataloader.dataset.to_dict())
    dataset.update(include=str(include), labels_file=str(labels), **changes)
    return dataset


def split_clips(
    cfg: Config, labelled: Sequence[str], unlabelled: Sequence[str] | None
) -> tuple[dict[str, int], list[str]]:
    """Labels of the labelled clips, and the names of the others.

    The labels of the others stay unread, for they may be there.

    Args:
        cfg: The config.
        labelled: Names of the labelled clips.
        unlabelled: Names of the others. None: the rest of the split that
            the config trains on.

    Raises:
        ValueError: If a labelled clip has no label, if a clip is on both
            sides, is there twice or is not in the split, or if a side is
            empty.
    """
    dataset = _bare(cfg)
    _check_names('labelled', labelled)
    data = DATASETS.build(dict(dataset, include=list(labelled)))
    labels = dict(zip(clip_names(data), clip_labels(data), strict=True))
    without = [n for n, label in labels.items() if label == UNLABELLED]
    if without:
        raise ValueError(
            f'{data.ann_file}: {len(without)} of {len(labelled)} labelled '
            f'clips have no label, for instance {without[0]!r}; name labelled '
            'clips only'
        )
    if unlabelled is None:
        known = set(labels)
        names = clip_names(DATASETS.build(dataset))
        unlabelled = [name for name in names if name not in known]
    _check_names('unlabelled', unlabelled)
    both = [name for name in unlabelled if name in labels]
    if both:
        raise ValueError(
            f'{len(both)} clips are labelled and unlabelled, for instance '
            f'{both[0]!r}; name each clip once'
        )
    return labels, sorted(unlabelled)


def clips_checksum(cfg: Config) -> int:
    """Of all clips of the training split but their labels."""
    return content_checksum(DATASETS.build(_bare(cfg)))


def _bare(cfg: Config) -> dict:
    dataset = copy.deepcopy(cfg.train_dataloader.dataset.to_dict())
    # Nothing is drawn from it: no batches, no pipeline, no device.
    dataset.update(
        pipeline=[], batched=False, transforms_on='worker', preload=None
    )
    return dataset


def clip_names(dataset: SkeletonDataset) -> list[str]:
    """Names of the clips of a data set, in its order."""
    dataset.full_init()
    return [dataset.store.table.names[i] for i in dataset.data_list]


def clip_labels(dataset: SkeletonDataset) -> list[int]:
    """Their labels, ``UNLABELLED`` where there is none."""
    dataset.full_init()
    return dataset.store.table.label[dataset.data_list].tolist()


def _check_names(side: str, names: Sequence[str]) -> None:
    if not names:
        raise ValueError(f'expected at least one {side} clip, got none')
    if len(set(names)) < len(names):
        raise ValueError(
            f'{len(names) - len(set(names))} {side} clips are named twice; '
            'name each once'
        )
