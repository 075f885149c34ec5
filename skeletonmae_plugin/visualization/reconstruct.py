"""Reconstructions of test clips by a pre-trained model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import torch
from mmaction.registry import DATASETS, MODELS
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.registry import init_default_scope

from ..evaluation.reconstruction_metric import to_numpy
from ..models.pretrained import load_pretrained
from .skeleton_visualizer import masked_error

#: Parts of the clips that err less, of those which are shown, and its words.
_SHOWN = (
    (0.5, 'median error'),
    (0.0, 'least error'),
    (1.0, 'largest error'),
    (0.25, 'first quartile'),
    (0.75, 'third quartile'),
)

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
        ValueError: If the weights do not fit, or the config's model
            reconstructs nothing.
    """
    init_default_scope(cfg.get('default_scope', 'mmaction'))
    model = MODELS.build(cfg.model)
    load_pretrained(model, checkpoint)
    model = model.to(device).eval()
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


def representative(clips: Iterable[Reconstruction]) -> list[Reconstruction]:
    """Clips that show how good reconstructions are, none of them picked.

    Args:
        clips: As ``reconstruct_clips`` gives them.

    Returns:
        The clip of median masked error, those of the least and the largest,
        and of the quartiles, each once, their place added to their names.
        Clips in which nothing is hidden are left out.
    """
    errors = [(masked_error(arrays), name, arrays) for name, arrays in clips]
    ranked = sorted(
        (one for one in errors if not np.isnan(one[0])),
        key=lambda one: one[:2],
    )
    found: dict[int, Reconstruction] = {}
    for part, words in _SHOWN:
        place = round(part * (len(ranked) - 1))
        if ranked and place not in found:
            _, name, arrays = ranked[place]
            found[place] = (f'{name}: {words} of {len(ranked)} clips', arrays)
    return list(found.values())
