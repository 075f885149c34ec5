"""Watches that pre-training does not end in one answer for everything."""

import logging
import math
from typing import Any

import torch
from mmaction.registry import HOOKS
from mmengine.hooks import Hook
from mmengine.logging import print_log
from mmengine.model import is_model_wrapper
from mmengine.runner import Runner
from torch import Tensor, nn

from ...evaluation.collapse import effective_rank, spread
from ...evaluation.probe import NOT_FINITE

_ADVICE = {
    'target': 'The targets become alike, so the loss can fall while nothing '
    'is learned. If the target comes from the network that is trained, stop '
    'its gradient (target_grad=False), let a teacher follow more slowly (a '
    'smaller momentum of EMATarget), or use a coordinate target.',
    'latent': 'The encoder gives nearly the same code for every joint, so '
    'fine-tuning will start from little. Lower the learning rate or the '
    'weight decay, warm up longer, hide fewer joints, or check that the '
    'input is not constant.',
}
#: Effective rank of targets that are nearly on a line.
_LINE = 1.5
_MEANING = {
    'spread': 'distance from the mean over norm, 0 = all the same',
    'effective_rank': 'number of directions used, 1 = all on a line',
}


@HOOKS.register_module()
class CollapseMonitorHook(Hook):
    r"""Log spread and effective rank of target and encoder output.

    Every ``interval`` iterations the outputs of ``model.target`` and
    ``model.backbone`` are caught in the training step itself, at valid joints
    only, and four numbers go to the message hub, and from there to the
    terminal, the JSON log and TensorBoard: ``target_spread``,
    ``target_effective_rank``, ``latent_spread``, ``latent_effective_rank``.

    - spread :math:`= \sqrt{\sum_i\|x_i-\bar x\|^2 / \sum_i\|x_i\|^2}`, in
      [0, 1] (:func:`~skeletonmae_plugin.evaluation.spread`).
    - effective rank :math:`= \exp(H(\sigma/\sum\sigma))`, in [1, D]
      (:func:`~skeletonmae_plugin.evaluation.effective_rank`).

    Each time that one of them falls below its threshold, one warning is given
    that says what to do. Targets with up to three channels are coordinates:
    their numbers are logged but cannot collapse and are not judged.

    Args:
        interval: Iterations between two measurements.
        min_spread: Threshold of the spread.
        min_rank_fraction: Threshold of the latent's effective rank, as a
            fraction of the number of channels D. That of a target is 1.5 at
            the most: a linear embedding of two coordinates has two directions
            at most, whatever D is.
        max_vectors: At most so many joint vectors are measured, evenly picked.
    """

    priority = 'NORMAL'  # before LoggerHook, which prints what we log

    def __init__(
        self,
        interval: int = 50,
        min_spread: float = 0.2,
        min_rank_fraction: float = 0.1,
        max_vectors: int = 4096,
    ) -> None:
        if interval < 1 or max_vectors < 2:
            raise ValueError(
                'CollapseMonitorHook needs interval >= 1 and max_vectors >= 2,'
                f' got {interval} and {max_vectors}'
            )
        self.interval = interval
        self.max_vectors = max_vectors
        self.min_spread = min_spread
        self.min_rank_fraction = min_rank_fraction
        self._handles: list[Any] = []
        self._caught: dict[str, Tensor] = {}
        self._fallen: set[str] = set()

    def before_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: dict | list | None = None,
    ) -> None:
        """Start listening if this iteration is due."""
        if not self.every_n_train_iters(runner, self.interval):
            return
        target, backbone = (
            _module(runner.model, name) for name in ('target', 'backbone')
        )
        self._handles = [
            target.register_forward_hook(self._catch_target),
            backbone.register_forward_hook(
                self._catch_latent, with_kwargs=True
            ),
        ]

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: dict | list | None = None,
        outputs: dict | None = None,
    ) -> None:
        """Measure what was caught and stop listening."""
        for handle in self._handles:
            handle.remove()
        for name, vectors in self._caught.items():
            self._report(runner, name, vectors)
        self._handles, self._caught = [], {}

    def _catch_target(
        self, module: nn.Module, args: tuple, output: tuple
    ) -> None:
        target, valid = output  # (N, M, T, V, C'), (N, M, T, V) or None
        self._caught['target'] = self._pick(target, valid)

    def _catch_latent(
        self, module: nn.Module, args: tuple, kwargs: dict, output: Tensor
    ) -> None:
        latent = output.permute(0, 1, 3, 4, 2)  # (N, M, T', V, D)
        valid = args[2] if len(args) > 2 else kwargs.get('valid')
        if valid is not None:
            valid = resize_valid(valid, latent.shape[:-1])
        # A target may call the backbone too; the last call is the encoder's.
        self._caught['latent'] = self._pick(latent, valid)

    def _pick(self, x: Tensor, valid: Tensor | None) -> Tensor:
        """At most ``max_vectors`` of the valid vectors, (n, D)."""
        x = x.detach().flatten(0, -2)
        if valid is not None:
            x = x[valid.flatten()]
        step = -(-len(x) // self.max_vectors) or 1
        return x[::step]

    def _report(self, runner: Runner, name: str, vectors: Tensor) -> None:
        if len(vectors) < 2:
            return
        num_channels = vectors.shape[1]
        min_rank = self.min_rank_fraction * num_channels
        if name == 'target':
            min_rank = min(min_rank, _LINE)
        measured = (
            ('spread', spread(vectors), self.min_spread),
            ('effective_rank', effective_rank(vectors), min_rank),
        )
        for kind, value, threshold in measured:
            key = f'{name}_{kind}'
            runner.message_hub.update_scalar(f'train/{key}', value)
            if num_channels > 3:
                self._judge(key, value, threshold)

    def _judge(self, key: str, value: float, threshold: float) -> None:
        """Warn when a value is below its threshold or none, once per fall."""
        if value >= threshold:
            self._fallen.discard(key)
        elif key not in self._fallen:
            self._fallen.add(key)
            name, kind = key.split('_', 1)
            told = (
                f'{key} fell to {value:.4g}, below {threshold:.4g} '
                f'({_MEANING[kind]}). {_ADVICE[name]}'
            )
            if math.isnan(value):
                told = f'{key}: {NOT_FINITE}'
            print_log(told, logger='current', level=logging.WARNING)


def resize_valid(valid: Tensor, size: torch.Size) -> Tensor:
    """Bring ``valid`` (N, M, T, V) to the grid of a feature map.

    Args:
        valid: (N, M, T, V) bool.
        size: (N, M', T', V'). T' frames take the validity of the frames in
            their middle; where persons or joints have been pooled (M' or V'
            is 1), one valid is enough.

    Returns:
        (N, M', T', V') bool.
    """
    for axis in (1, 3):
        if valid.shape[axis] != size[axis]:
            valid = valid.any(axis, keepdim=True)
    num_frames = valid.shape[2]
    frames = torch.arange(size[2], device=valid.device)
    middle = (2 * frames + 1) * num_frames // (2 * size[2])
    return valid[:, :, middle].expand(size)


def _module(model: nn.Module, name: str) -> nn.Module:
    """A part of the model, which may be wrapped for data-parallel work."""
    inner = model.module if is_model_wrapper(model) else model
    module = getattr(inner, name, None)
    if not isinstance(module, nn.Module):
        raise ValueError(
            'CollapseMonitorHook expects a pre-training model with the '
            f'modules target and backbone, {type(inner).__name__} has no '
            f'{name}; take the hook out: default_hooks.collapse=None'
        )
    return module
