"""How large a config's model is, and how much it computes."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from ..layouts import get_layout
from ..models import SkeletonDataPreprocessor


class Complexity(NamedTuple):
    """The size of a model.

    Args:
        parameters: Number of weights.
        macs: Multiply-adds of one clip, as papers on skeletons (and
            MMAction2's tables) count FLOPs.
    """

    parameters: int
    macs: int


def complexity(cfg: Config) -> Complexity:
    """Weights and multiply-adds of the model of a config.

    All persons and joints of the clip are there, and the model is in a test:
    a recognizer gives class scores, a pre-training fills in the hidden
    joints of one view. Products and convolutions count, by
    ``torch.utils.flop_counter``; norms, activations and sums do not, which
    MMEngine's ``get_model_complexity_info`` counts in part (ST-GCN++: 1 %
    more). That one cannot trace our models.

    Args:
        cfg: A shipped config, or one derived from it.
    """
    model = MODELS.build(cfg.model).eval()
    clip = _clip(cfg, _channels(model, cfg))
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        _test(model, clip)
    parameters = sum(p.numel() for p in model.parameters())
    return Complexity(parameters, counter.get_total_flops() // 2)


def _channels(model: nn.Module, cfg: Config) -> int:
    """Of the input: stock networks get a score beside x and y."""
    first = getattr(model.backbone, 'data_bn', None)
    if first is None:
        return cfg.in_channels
    return first.num_features // get_layout(cfg.layout).num_joints


def _clip(cfg: Config, channels: int) -> Tensor:
    """One clip (1, M, T, V, C)."""
    joints = get_layout(cfg.layout).num_joints
    return torch.zeros(1, cfg.num_person, cfg.clip_len, joints, channels)


def _test(model: Any, clip: Tensor) -> None:
    valid = torch.ones(clip.shape[:-1], dtype=torch.bool)
    if hasattr(model, 'reconstruct'):
        model.reconstruct(clip, torch.zeros_like(valid), valid)
    elif isinstance(model.data_preprocessor, SkeletonDataPreprocessor):
        model.extract_feat(clip, 'head', valid)
    else:  # clips of a sample have an axis of their own
        model.extract_feat(clip[None], 'head')
