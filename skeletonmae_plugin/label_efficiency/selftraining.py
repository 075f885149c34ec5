"""The arm that is trained on its own guesses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch
from mmengine.config import Config

from ..self_training import run_self_training
from .training import Outcome, test


def self_train(
    cfg: Config,
    labelled: Sequence[str],
    unlabelled: Sequence[str],
    work_dir: Path,
    seed: int,
    spread: bool = False,
) -> Outcome:
    """Self-training, then a test of its last round.

    Args:
        cfg: Of a training from the labelled clips.
        labelled: Their names.
        unlabelled: Names of the other training clips.
        work_dir: Where all rounds leave their files.
        seed: Of the first round.
        spread: Whether there is one round, on labels spread by features.

    Returns:
        What the test said, and the updates of the last round.
    """
    # It chooses clips and labels itself.
    cfg.train_dataloader.dataset.pop('include', None)
    # A round has the updates of a training on the labelled clips.
    sampler = cfg.train_dataloader.sampler
    updates = max(len(labelled), sampler.get('min_clips') or 0)
    sampler.max_clips = min(sampler.get('max_clips') or updates, updates)
    changes: dict = dict(spread=True, rounds=()) if spread else {}
    checkpoint = run_self_training(
        cfg, labelled, unlabelled, work_dir, seed=seed, **changes
    )
    last = torch.load(checkpoint, map_location='cpu', weights_only=True)
    outcome = test(cfg, checkpoint, work_dir / 'test')
    return replace(outcome, updates=last['meta']['iter'])
