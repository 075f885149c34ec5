"""Arms that train no network: a probe on features of all clips."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.runner import set_random_seed

from ..engine.hooks.probe_head_hook import PROBE_C, fit_linear
from ..evaluation.features import (
    UNLABELLED,
    Features,
    extract_features,
    label_of,
)
from ..evaluation.probe import knn_predict, linear_probe
from ..evaluation.probe_data import feature_loader, train_as_test
from ..self_training.spreading import spread_labels
from .cells import Cell

#: Neighbours that vote. Where a class has one labelled clip, one can.
NEIGHBOURS = 1


@dataclass(frozen=True)
class Result:
    """Guesses of a cell.

    Args:
        predicted: (n,) guessed classes of the test clips.
        labels: (n,) true ones.
        seconds: Time of the guess, and its share of the features'.
        choice: How the strength of regularisation was chosen.
    """

    predicted: np.ndarray
    labels: np.ndarray
    seconds: float
    choice: str | None


def frozen_cells(
    cfg: Config, train_split: str, subsets: Mapping[Cell, list[str]]
) -> Iterator[tuple[Cell, Result]]:
    """Results of cells that share their features.

    Args:
        cfg: Of a training; its test pipeline makes the input, and its model
            with the weights that it names gives the features.
        train_split: Split of all labelled clips.
        subsets: Names of the labelled clips of each cell, all of one arm,
            and of one seed where weights are random.
    """
    first = next(iter(subsets))
    start = time.perf_counter()
    loaders = _loaders(cfg, train_split)
    if first.arm.startswith('raw_'):
        train, test = (raw_features(loader) for loader in loaders)
        # A cosine is of directions: from the mean clip, not from the hip.
        mean = train.values.mean(0)
        train = replace(train, values=train.values - mean)
        test = replace(test, values=test.values - mean)
    else:
        model = _model(cfg, first.seed or 0)
        train, test = (extract_features(model, loader) for loader in loaders)
    share = (time.perf_counter() - start) / len(subsets)
    place = {name: i for i, name in enumerate(train.names)}
    for cell, ids in subsets.items():
        start = time.perf_counter()
        chosen = np.array([place[name] for name in ids])
        if cell.arm.endswith('_spread'):
            predicted, choice = _predict_spread(
                cfg, train, chosen, test.values
            )
        else:
            known = train.values[chosen], train.labels[chosen]
            predicted, choice = _predict(cell, known, test.values)
        seconds = time.perf_counter() - start + share
        yield cell, Result(predicted, test.labels, seconds, choice)


def _predict(
    cell: Cell, known: tuple[np.ndarray, np.ndarray], asked: np.ndarray
) -> tuple[np.ndarray, str | None]:
    if cell.arm.endswith('_knn'):
        return knn_predict(*known, asked, k=NEIGHBOURS), None
    probe = linear_probe(*known, asked, seed=cell.seed or 0)
    return probe.predictions, f'C={probe.C:g}, {probe.choice}'


def _predict_spread(
    cfg: Config, train: Features, chosen: np.ndarray, asked: np.ndarray
) -> tuple[np.ndarray, str | None]:
    """By a linear probe of the labels and of those that they spread to."""
    labels = np.full(len(train), UNLABELLED)
    labels[chosen] = train.labels[chosen]
    num_classes = cfg.model.cls_head.num_classes
    scores = spread_labels(train.values, labels, num_classes)
    reached = scores.sum(1) > 0
    weight, bias = fit_linear(
        torch.from_numpy(train.values[reached]),
        torch.from_numpy(scores[reached].argmax(1)),
        num_classes,
        PROBE_C,
    )
    logits = torch.from_numpy(asked) @ weight.T + bias
    return logits.argmax(1).numpy(), f'C={PROBE_C:g}, fixed'


def _loaders(cfg: Config, train_split: str) -> tuple[Any, Any]:
    test = cfg.test_dataloader
    train = train_as_test(
        {**test.dataset, 'split': train_split, 'include': None},
        test.dataset,
    )
    return feature_loader(test, train), feature_loader(test, test.dataset)


def _model(cfg: Config, seed: int) -> Any:
    set_random_seed(seed)
    model = MODELS.build(cfg.model)
    model.init_weights()
    return model


def raw_features(loader: Any) -> Features:
    """Normalised coordinates themselves.

    Args:
        loader: Of the test pipeline.

    Returns:
        Features (n, M * T * V * C), averaged over the clips of a sample.
    """
    names: list[str] = []
    labels: list[int] = []
    values = []
    for batch in loader:
        inputs = batch['inputs']
        if not isinstance(inputs, torch.Tensor):
            inputs = torch.stack(list(inputs))
        samples = batch['data_samples']
        # (samples x clips, M, T, V, C)
        flat = inputs.flatten(0, inputs.ndim - 5).flatten(1)
        values.append(flat.unflatten(0, (len(samples), -1)).mean(1))
        for sample in samples:
            names.append(sample.metainfo['frame_dir'])
            labels.append(label_of(sample))
    return Features(names, np.array(labels), torch.cat(values).float().numpy())
