"""Weights that were pre-trained on another set, perhaps of another body."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mmengine.config import Config

from ..layouts import get_layout
from ..models.pretrained import OF_JOINTS, STRL_OF_JOINTS
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


def allow_other_body(cfg: Config, spec: Spec, checkpoint: str) -> None:
    """Let what does not fit another body begin from random numbers.

    Args:
        cfg: Of a training from pre-trained weights; changed.
        spec: The question.
        checkpoint: The weights.

    Raises:
        ValueError: See ``unfitting_tensors``.
    """
    if spec.source is not None:
        allow = unfitting_tensors(spec)
    elif spec.other_joints:
        # What fits all the same is loaded: a checkpoint says of which joints
        # it is, and shapes say the coordinates.
        allow = [*OF_JOINTS, *(f'*{name}' for name in _OF_COORDINATES)]
    else:
        return
    for init_cfg in _loading(cfg.model, checkpoint):
        init_cfg['allow'] = allow


def _loading(node: Any, checkpoint: str) -> Iterator[Any]:
    """Every ``init_cfg`` of a model that reads the checkpoint.

    The literal recipe pre-trains the encoder, the default one all of STRL.
    """
    if isinstance(node, dict):
        if node.get('checkpoint') == checkpoint:
            yield node
        for child in node.values():
            yield from _loading(child, checkpoint)
    elif isinstance(node, list):
        for child in node:
            yield from _loading(child, checkpoint)
