"""Weights that were pre-trained on another set, perhaps of another body."""

from __future__ import annotations

from typing import Any

from mmengine.config import Config

from ..layouts import get_layout
from ..models.pretrained import STRL_OF_JOINTS
from .spec import Spec

_OF_COORDINATES = ('embedding.linear.weight',)


def unfitting_tensors(spec: Spec) -> list[str]:
    """Patterns of the tensors that cannot come from another set.

    Args:
        spec: The question; its ``source`` has the weights.

    Returns:
        Those that begin from random numbers: of the joints, where the layouts
        differ, of the coordinates (2D and 3D). Those of time are interpolated
        where clips have another length.

    Raises:
        ValueError: If the joints differ and their number does not, so that a
            tensor of other joints would fit by its shape.
    """
    source: dict[str, Any] = spec.source or {}
    found: list[str] = []
    if source['layout'] != spec.layout:
        found += STRL_OF_JOINTS
        ours, theirs = (
            get_layout(name).num_joints
            for name in (spec.layout, source['layout'])
        )
        if ours == theirs and spec.recipe == 'default':
            raise ValueError(
                f'layouts {source["layout"]!r} and {spec.layout!r} have '
                f'{ours} joints each, in another order: embeddings of joints '
                'would be taken for those of others; transfer between them '
                'with --recipe paper, which has none'
            )
    if source['in_channels'] != spec.in_channels:
        found += _OF_COORDINATES
    return found


def allow_other_body(cfg: Config, spec: Spec) -> None:
    """Let what does not fit another body begin from random numbers.

    Args:
        cfg: Of a training from pre-trained weights.
        spec: The question.

    Raises:
        ValueError: See ``unfitting_tensors``.
    """
    backbone: Any = cfg.model.backbone
    # The literal recipe pre-trains the encoder, the default one all of STRL.
    init_cfg = backbone.get('init_cfg') or backbone.encoder.init_cfg
    init_cfg.allow = unfitting_tensors(spec)
