"""Loaders for frozen features: test pipeline, nothing hidden, in order."""

import copy
from collections.abc import Sequence
from functools import partial
from typing import Any

from mmaction.registry import DATASETS, TRANSFORMS
from mmengine.registry import FUNCTIONS, Registry
from torch.utils.data import DataLoader

#: Wrappers that only repeat clips: a feature of each is enough.
_REPEATING = ('RepeatDataset', 'ClassBalancedDataset')


def unmasked(dataset: dict) -> dict:
    """A test data set's config, nothing hidden and with data samples.

    ``MaskSkeletonParts`` is taken out of the pipeline: behind it,
    ``NormalizeSkeleton`` would not see the joints that it hides. Wrappers
    that repeat clips are taken off, joined sets stay joined.
    """
    if 'datasets' in dataset:
        parts = [unmasked(part) for part in dataset['datasets']]
        return {**dataset, 'datasets': parts}
    if _kind(dataset, DATASETS) in _REPEATING:
        return unmasked(dataset['dataset'])
    pipeline = []
    for step in dataset['pipeline']:
        kind = _kind(step, TRANSFORMS)
        if kind == 'MaskSkeletonParts':
            continue
        if kind == 'PackSkeletonInputs':
            step = {**step, 'data_samples': True}
        pipeline.append(step)
    return {**dataset, 'pipeline': pipeline, 'test_mode': True}


def _kind(config: dict, registry: Registry) -> str:
    """Name of a config's class, which may have a scope or be the class."""
    kind = config['type']
    found = registry.get(kind) if isinstance(kind, str) else kind
    return kind if found is None else found.__name__


def train_as_test(train: dict, test: dict) -> dict:
    """The clips of a training set through the pipeline of a test set.

    Wrappers that repeat clips are taken off, joined sets stay joined.

    Args:
        train: Config of the training data set.
        test: Config of the test data set; of joined ones the first tells.
    """
    if 'datasets' in train:
        parts = [train_as_test(part, test) for part in train['datasets']]
        return {**train, 'datasets': parts}
    if _kind(train, DATASETS) in _REPEATING:
        return train_as_test(train['dataset'], test)
    return unmasked({**train, 'pipeline': _pipeline(test)})


def _pipeline(dataset: dict) -> Sequence:
    """That of the first set within all wrappers."""
    while 'pipeline' not in dataset:
        inner = dataset.get('datasets') or [dataset['dataset']]
        dataset = inner[0]
    return dataset['pipeline']


def probe_loaders(cfg: Any) -> tuple[DataLoader, DataLoader]:
    """Loaders of the training and the test clips of a config.

    No augmentation, no mask, in the order of the data sets, all clips in this
    process.

    Args:
        cfg: A config with ``train_dataloader`` and ``test_dataloader``.
    """
    test = cfg['test_dataloader']
    sets = (
        train_as_test(cfg['train_dataloader']['dataset'], test['dataset']),
        unmasked(test['dataset']),
    )
    train_loader, test_loader = (feature_loader(test, data) for data in sets)
    return train_loader, test_loader


def feature_loader(dataloader: dict, dataset: dict) -> DataLoader:
    """A data set in its order, in batches and collated as a loader's.

    Args:
        dataloader: Config whose ``batch_size`` and ``collate_fn`` are taken.
        dataset: Config of the data set.
    """
    collate = dict(dataloader.get('collate_fn', dict(type='pseudo_collate')))
    kind = collate.pop('type')
    function = kind if callable(kind) else FUNCTIONS.get(kind)
    built: Any = DATASETS.build(copy.deepcopy(dataset))
    built.full_init()
    # In order, and no share for each process: the caller decides who computes.
    return DataLoader(
        built,
        batch_size=dataloader['batch_size'],
        collate_fn=partial(function, **collate),
    )
