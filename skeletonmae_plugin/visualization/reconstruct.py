"""Reconstructions of test clips by a pre-trained model."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from mmaction.registry import DATASETS, MODELS
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.registry import init_default_scope
from mmengine.runner import load_checkpoint

from ..evaluation.reconstruction_metric import to_numpy

Reconstruction = tuple[str, dict[str, np.ndarray]]


def reconstruct_clips(
    cfg: Config, checkpoint: str, num_clips: int, device: str = 'cpu'
) -> Iterator[Reconstruction]:
    """Run clips of ``cfg.test_dataloader`` through a pre-trained model.

    Args:
        cfg: A pre-training config.
        checkpoint: Weights of its model.
        num_clips: How many clips, evenly picked from the whole set.
        device: Where the model runs.

    Yields:
        The name of a clip and its ``pred``, ``target`` (M, T, V, C'),
        ``mask`` and ``valid`` (M, T, V), as SkeletonMAEPretrainer gives them.

    Raises:
        ValueError: If the config's model reconstructs nothing.
    """
    init_default_scope(cfg.get('default_scope', 'mmaction'))
    model = MODELS.build(cfg.model).to(device).eval()
    load_checkpoint(model, checkpoint, map_location='cpu', strict=True)
    dataset = DATASETS.build(cfg.test_dataloader.dataset)
    num_clips = min(num_clips, len(dataset))
    for index in np.linspace(0, len(dataset) - 1, num_clips).astype(int):
        with torch.no_grad():
            (sample,) = model.test_step(pseudo_collate([dataset[int(index)]]))
        if 'reconstruction' not in sample:
            raise ValueError(
                f'{type(model).__name__} reconstructs nothing; expected a '
                'pre-training config (skeletonmae_pretrain_*.py)'
            )
        arrays = {k: to_numpy(v) for k, v in sample.reconstruction.items()}
        yield str(sample.get('frame_dir', index)), arrays
