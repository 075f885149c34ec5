"""What a model says of clips: features, class probabilities."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.device import get_device
from mmengine.runner import Runner
from torch.utils.data import DataLoader

from ..evaluation.features import Features, extract_features
from ..evaluation.probe_data import feature_loader, train_as_test
from ..models.pretrained import is_pretrained, load_pretrained
from .clips import clip_names


def clip_features(cfg: Config, dataset: dict) -> Features:
    """Features of clips by the weights that a config begins with.

    Args:
        cfg: A recognition config from pre-trained weights.
        dataset: Config of the training's data set with the clips; the
            pipeline is that of the test.

    Raises:
        ValueError: As ``require_pretrained_backbone``.
    """
    require_pretrained_backbone(cfg)
    model = MODELS.build(cfg.model)
    model.init_weights()
    test = cfg.test_dataloader
    loader = feature_loader(test, train_as_test(dataset, test.dataset))
    return extract_features(model, loader, get_device())


def require_pretrained_backbone(cfg: Config) -> None:
    """Features that are to spread labels must be pre-trained as a whole.

    Raises:
        ValueError: If weights of the backbone would be random.
    """
    init_cfg = cfg.model.backbone.get('init_cfg') or {}
    if not is_pretrained(init_cfg):
        raise ValueError(
            'labels are spread by pre-trained features: expected '
            "model.backbone.init_cfg of type 'Pretrained' (load_from is for "
            f'whole models), got {init_cfg or None}; take strl_finetune_* '
            'with SKELETONMAE_CHECKPOINT set'
        )


def predict_scores(
    cfg: Config,
    checkpoint: str,
    dataset: dict,
    views: int,
    seed: int,
    track: Callable[..., Iterable] = iter,
) -> tuple[list[str], np.ndarray]:
    """Class probabilities: the mean of augmented views and the plain one.

    Args:
        cfg: A recognition config.
        checkpoint: Weights of its model.
        dataset: Config of the training's data set with the clips. Its
            pipeline makes the augmented views, that of the test the plain
            one.
        views: Number of augmented views.
        seed: Of their augmentation.
        track: Put around the views, to show progress.

    Returns:
        Names of the n clips, and probabilities (n, K).
    """
    model = MODELS.build(cfg.model)
    load_pretrained(model, checkpoint)
    model = model.to(get_device()).eval()
    # Some configs ask for logits, or for those of each part of a clip.
    model.cls_head.average_clips = 'prob'
    plain = dict(
        dataset,
        pipeline=copy.deepcopy(cfg.test_dataloader.dataset.pipeline),
        test_mode=True,
    )
    loader: Any = _loader(cfg, plain, seed)
    names = clip_names(loader.dataset)
    total = _scores(model, loader)
    loader = _loader(cfg, dataset, seed)
    for view in track(range(views)):
        loader.sampler.set_epoch(view)  # draws another augmentation
        total += _scores(model, loader)
    return names, total / (1 + views)


def _loader(cfg: Config, dataset: dict, seed: int) -> DataLoader:
    """The clips in their order, each once."""
    training = cfg.train_dataloader
    loader: dict[str, Any] = dict(
        batch_size=training.get('batch_size', 32),
        num_workers=0,
        sampler=dict(
            type='SkeletonSampler', shuffle=False, round_up=False, seed=seed
        ),
        dataset=dataset,
    )
    if 'collate_fn' in training:
        loader['collate_fn'] = copy.deepcopy(training.collate_fn)
    return Runner.build_dataloader(loader)


def _scores(model: Any, loader: DataLoader) -> np.ndarray:
    """Probabilities (n, K) of all clips of a loader."""
    return np.concatenate(list(_batches(model, loader)))


def _batches(model: Any, loader: DataLoader) -> Iterator[np.ndarray]:
    for batch in loader:
        with torch.no_grad():
            samples = model.test_step(batch)
        scores = torch.stack([sample.pred_score for sample in samples])
        yield scores.double().cpu().numpy()
