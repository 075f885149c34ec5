"""Pre-trained weights that do not fit are told before anything is trained."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mmaction.registry import MODELS

from ..self_training.predicting import require_pretrained_backbone
from ..weights import GENERATED_MOTION
from .configs import kinds_of, kinds_of_arm, load_config, start_weights
from .spec import PRETRAINED_ARMS, Spec


def require_models(folder: Path, spec: Spec, arms: Sequence[str]) -> None:
    """Build the models of all arms, so that what cannot be is told now.

    Args:
        folder: Of the configs.
        spec: The question.
        arms: Of ``ARMS``.

    Raises:
        ValueError: If a model does not fit the question.
    """
    there = kinds_of(folder, spec)
    kinds = dict.fromkeys(kind for arm in arms for kind in kinds_of_arm(arm))
    for kind in kinds:
        if kind not in there:
            continue
        cfg = load_config(folder, kind, spec, '-')
        try:
            MODELS.build(cfg.model)
        except (AssertionError, KeyError, TypeError) as error:
            raise ValueError(
                f'the model of {cfg.filename} cannot be built: {error}'
            ) from error


def require_weights(folder: Path, spec: Spec, arms: Sequence[str]) -> None:
    """Tell now, and not after hours, what the pre-trained weights lack.

    Args:
        folder: Of the configs.
        spec: The question.
        arms: Of ``ARMS``, or 'pretrain' alone.

    Raises:
        ValueError: If weights that were given, or those of an ``init_cfg``
            of the pre-training, do not fit; if labels shall spread in the
            features of a network that has none.
        FileNotFoundError: If there are no such weights.
    """
    if not set(arms) & {*PRETRAINED_ARMS, 'pretrain'}:
        return
    if 'spread' in arms or spec.pretrained is not None:
        cfg = load_config(folder, 'pretrained', spec, spec.pretrained or '-')
        if 'spread' in arms:
            require_pretrained_backbone(cfg)
        if spec.pretrained is not None:
            MODELS.build(cfg.model).init_weights()
    if spec.pretrained is None and spec.source is None:
        cfg = load_config(folder, 'pretrain', spec)
        if cfg.get('load_from') == GENERATED_MOTION:
            raise ValueError(
                f'{GENERATED_MOTION!r} has no decoder, as load_from wants it; '
                'give it as model.backbone.init_cfg (docs/choosing.md)'
            )
        if start_weights(cfg):
            MODELS.build(cfg.model).init_weights()
