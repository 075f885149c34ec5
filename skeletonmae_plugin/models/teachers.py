"""Trained recognizers that a student learns from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from torch import Tensor

from ..variables import unset_variable, where_from
from .fusing import fuse_batch_norms
from .pretrained import load_pretrained
from .strl_recognizer import STRLRecognizer


class Teachers:
    """Recognizers that say what they think of a clip, and learn nothing.

    No module: as an attribute of a model they are no children of it, so that
    neither its ``state_dict``, nor its optimizer, nor ``train()`` sees them.
    They are read when first needed, or by ``load``.

    All are given the same normalised coordinates; which streams one makes of
    them is its own affair. Scores are averaged before softmax, a geometric
    mean of the distributions (https://arxiv.org/abs/1503.02531, section 2).

    Args:
        members: Of each teacher a dict of ``config``, the file that it was
            trained by (or the copy of it in its ``work_dir``, which has the
            values that environment variables had), and ``checkpoint``, its
            weights.

    Raises:
        ValueError: If there is none, or one is described by other keys.
    """

    def __init__(self, members: Sequence[Mapping[str, str]]) -> None:
        if not members:
            raise ValueError(
                'a student needs a teacher: give teachers=[dict(config=FILE, '
                'checkpoint=FILE)], or train a STRLRecognizer without'
            )
        for member in members:
            if set(member) != {'config', 'checkpoint'}:
                raise ValueError(
                    'a teacher is described by config and checkpoint, got '
                    f'{sorted(member)}'
                )
        self.members = [dict(member) for member in members]
        self._models: list[Any] = []

    def load(self) -> None:
        """Build all and read their weights, once.

        Raises:
            FileNotFoundError: If a config or a checkpoint is not there.
            ValueError: If one is not given, or does not fit.
        """
        if not self._models:
            self._models = [_read(**member) for member in self.members]

    @torch.no_grad()
    def __call__(self, inputs: Tensor, valid: Tensor | None) -> Tensor:
        """Mean scores before softmax.

        Args:
            inputs: (N, M, T, V, C).
            valid: (N, M, T, V) bool, or None.

        Returns:
            (N, K), without a gradient.

        Raises:
            ValueError: If teachers have different numbers of classes.
        """
        self.load()
        scores = []
        for model in self._models:
            model.to(inputs.device)
            scores.append(model.extract_feat(inputs, 'head', valid)[0])
        classes = {score.shape[1] for score in scores}
        if len(classes) > 1:
            raise ValueError(
                'teachers must know the same classes, got num_classes '
                f'{sorted(classes)}'
            )
        return torch.stack([score.float() for score in scores]).mean(0)


def _read(config: str, checkpoint: str) -> STRLRecognizer:
    unset = unset_variable(checkpoint)
    if unset:
        raise ValueError(
            f'the weights of a teacher are not given: set {unset}=FILE to '
            f'what a training of {config} has written, or name it in '
            'model.teachers'
        )
    for file in (config, checkpoint):
        if not Path(file).is_file():
            raise FileNotFoundError(
                f'{file}{where_from(file)}: no such file of a teacher; '
                'model.teachers needs the config and the checkpoint of each'
            )
    # What its own training began with is in the checkpoint, or overwritten.
    model = MODELS.build(Config.fromfile(config).model)
    if not isinstance(model, STRLRecognizer):
        raise ValueError(
            f'{config}: a teacher must be a STRLRecognizer, which takes the '
            f"student's coordinates and valid, got {type(model).__name__}"
        )
    load_pretrained(model, checkpoint)
    model.requires_grad_(False).eval()
    fuse_batch_norms(model)  # they only infer
    return model
