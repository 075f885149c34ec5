"""Frozen features of clips, one vector each."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from mmengine.model import is_model_wrapper
from torch import Tensor, nn

from ..datasets.clip_table import UNLABELLED
from ..models.pooling import pool_latent, pools_persons


@dataclass(frozen=True)
class Features:
    """Features of n clips.

    Attributes:
        names: n, the ``frame_dir`` of each clip, or its number.
        labels: (n,) int64, ``UNLABELLED`` where there is none.
        values: (n, D) float32.
    """

    names: list[str]
    labels: np.ndarray
    values: np.ndarray

    def __len__(self) -> int:
        return len(self.names)

    def labelled(self) -> 'Features':
        """Those clips alone that have a label."""
        keep = np.flatnonzero(self.labels != UNLABELLED)
        names = [self.names[i] for i in keep]
        return Features(names, self.labels[keep], self.values[keep])


def extract_features(
    model: nn.Module,
    loader: Iterable[Any],
    device: str | torch.device | None = None,
    as_head: bool = False,
) -> Features:
    """Features that a model's backbone gives to clips, nothing hidden.

    Without gradients, no mask. Modules are in training or not afterwards as
    before. A masked batch is encoded unmasked, but has been normalised
    without its hidden joints: better leave the mask out of the pipeline, as
    :func:`.probe_data.unmasked` does.

    Args:
        model: A model with ``data_preprocessor`` and ``backbone``:
            ``SkeletonMAEPretrainer``, ``STRLRecognizer``, ``RecognizerGCN``.
        loader: Gives batches as for the model's ``test_step``, with
            ``data_samples``. The order is kept.
        device: Where to compute; the model moves there. Default: where it is.
        as_head: See :func:`pooled_features`.

    Returns:
        The mean over persons, steps and joints that exist (see
        :func:`pooled_features`), averaged over the clips of a sample.

    Raises:
        ValueError: If there is no clip, or if batches have no data samples.
    """
    if device is not None:
        model.to(device)
    inner: Any = model.module if is_model_wrapper(model) else model
    modes = [(module, module.training) for module in inner.modules()]
    inner.eval()
    names: list[str] = []
    labels: list[int] = []
    values: list[np.ndarray] = []
    try:
        with torch.no_grad():
            for batch in loader:
                data = inner.data_preprocessor(batch, False)
                samples = _samples_of(data)
                pooled = pooled_features(
                    inner.backbone,
                    data['inputs'],
                    data.get('valid'),
                    as_head,
                )  # (N, D)
                per_sample = pooled.unflatten(0, (len(samples), -1)).mean(1)
                values.append(per_sample.float().cpu().numpy())
                for sample in samples:
                    names.append(str(sample.get('frame_dir', len(names))))
                    labels.append(label_of(sample))
    finally:
        for module, training in modes:
            module.training = training
    if not values:
        raise ValueError(
            'expected clips to take features of, got an empty loader; check '
            'split and include of its data set'
        )
    return Features(names, np.array(labels, np.int64), np.concatenate(values))


def pooled_features(
    backbone: nn.Module,
    inputs: Tensor,
    valid: Tensor | None = None,
    as_head: bool = False,
) -> Tensor:
    """One feature a clip, nothing hidden.

    Args:
        backbone: Gives (N, M, D, T', V), or what a plain mean is for, see
            :func:`pools_persons`.
        inputs: (N, M, T, V, C), or (batch, clips, M, T, V, C) as
            MMAction2's own preprocessor gives it.
        valid: (N, M, T, V) bool, or None: everything counts, as in GCNHead.
        as_head: Everything counts, whatever the backbone is told: what
            MMAction2's GCNHead sees.

    Returns:
        (N, D), N = batch x clips.
    """
    if inputs.ndim == 6:
        inputs = inputs.flatten(0, 1)
    # MMAction2's own backbones take nothing but coordinates.
    known = {} if valid is None else {'valid': valid}
    latent = backbone(inputs, **known)
    if as_head or pools_persons(backbone):
        return latent.mean((1, 3, 4))
    return pool_latent(latent, valid)


def label_of(sample: Any) -> int:
    """Label of a data sample, ``UNLABELLED`` if it has none."""
    if 'gt_label' not in sample:
        return UNLABELLED
    return int(torch.as_tensor(sample.get('gt_label')).flatten()[0])


def _samples_of(data: dict) -> list[Any]:
    samples = data.get('data_samples')
    if not samples:
        raise ValueError(
            'expected data samples, which know name and label of a clip, got '
            'a batch without; set PackSkeletonInputs(data_samples=True)'
        )
    return samples
