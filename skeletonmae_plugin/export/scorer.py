"""A recognizer as a function of arrays: coordinates in, class scores out."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import torch
from mmaction.models.recognizers import BaseRecognizer
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmengine.runner import Runner
from torch import Tensor, nn

from ..models import fuse_batch_norms
from ..models.pretrained import load_pretrained
from ..models.strl_recognizer import STRLRecognizer


class Clips(NamedTuple):
    """Clips as a model takes them.

    Attributes:
        keypoint: (N, M, T, V, C) float, N = batch x clips of a sample.
        valid: (N, M, T, V) bool, or None for a model that does not ask.
    """

    keypoint: Tensor
    valid: Tensor | None = None

    def first(self) -> Clips:
        """The first of them."""
        valid = None if self.valid is None else self.valid[:1]
        return Clips(self.keypoint[:1], valid)

    @property
    def arrays(self) -> dict[str, Tensor]:
        """Those that there are, by the names of an ONNX file's inputs."""
        named = self._asdict()
        return {name: x for name, x in named.items() if x is not None}


class Scorer(nn.Module):
    """A recognizer without data samples.

    Args:
        model: STRLRecognizer, or MMAction2's RecognizerGCN. The scorer has a
            copy of it, in evaluation mode.
        fuse: Fold batch norms where that can be done
            (:func:`fuse_batch_norms`).

    Raises:
        ValueError: If the model is no such recognizer, or the scores of its
            test are no probabilities.

    Shapes:
        - keypoint: (N, M, T, V, C); valid: (N, M, T, V) bool
        - output: (N, K), probabilities, as ``pred_score`` of a test
    """

    def __init__(self, model: nn.Module, fuse: bool = True) -> None:
        super().__init__()
        _check(model)
        self.model: Any = copy.deepcopy(model).eval()
        self.takes_valid = isinstance(model, STRLRecognizer)
        self.num_folded = len(fuse_batch_norms(self.model)) if fuse else 0

    def forward(self, keypoint: Tensor, valid: Tensor | None = None) -> Tensor:
        """Class scores, see the class."""
        if self.takes_valid:
            scores, _ = self.model.extract_feat(keypoint, 'head', valid)
        else:  # the clips of a sample have an axis of their own
            scores, _ = self.model.extract_feat(keypoint[:, None], 'head')
        return scores.softmax(1)

    def clips(self, batch: Any) -> Clips:
        """What the pre-processor of the model makes of a batch."""
        data = self.model.data_preprocessor(batch, False)
        if self.takes_valid:
            inputs, valid = data['inputs'], data.get('valid')
            if valid is None:
                valid = inputs.new_ones(inputs.shape[:-1], dtype=torch.bool)
            return Clips(inputs, valid)
        return Clips(data['inputs'].flatten(0, 1))


def _check(model: nn.Module) -> None:
    if not isinstance(model, BaseRecognizer):
        raise ValueError(
            'expected a recognizer, which gives class scores, got '
            f'{type(model).__name__}; take a config of recognition'
        )
    average = model.cls_head.average_clips
    if average != 'prob':
        raise ValueError(
            "expected cls_head.average_clips='prob', as GCNHead has it, got "
            f'{average!r}: a test would give no probabilities'
        )


def load_recognizer(config: str, checkpoint: str | None) -> tuple[Config, Any]:
    """A config and its model, in evaluation mode.

    Args:
        config: File of a recognition config.
        checkpoint: Weights, all of them. None: those that a training begins
            with, whatever they would have been pre-trained to.

    Raises:
        FileNotFoundError: If one of the files is not there.
        ValueError: If the weights do not fit.
    """
    for file in (config, checkpoint):
        if file is not None and not Path(file).is_file():
            raise FileNotFoundError(
                f'{file}: no such file; expected a config (.py) and a '
                'checkpoint, which a training writes as epoch_N.pth into its '
                'folder in work_dirs'
            )
    cfg = Config.fromfile(config)
    init_default_scope(cfg.get('default_scope', 'mmaction'))
    model = MODELS.build(cfg.model)
    if checkpoint is not None:
        load_pretrained(model, checkpoint)
    return cfg, model.eval()


def batches_of_test(cfg: Config) -> Iterator[Any]:
    """Batches of the test split, in this process."""
    loader = copy.deepcopy(cfg.test_dataloader)
    loader.update(num_workers=0, persistent_workers=False)
    yield from Runner.build_dataloader(loader, seed=0)
