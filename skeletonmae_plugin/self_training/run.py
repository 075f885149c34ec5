"""Rounds of a teacher that labels clips for the next model."""

from __future__ import annotations

import copy
import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from mmengine.config import Config
from mmengine.logging import print_log
from mmengine.registry import init_default_scope

from ..datasets.clip_table import UNLABELLED
from ..datasets.folder_lock import only_writer
from ..label_efficiency.configs import start_weights
from .clips import check_data, clips_checksum, split_clips, with_clips
from .predicting import clip_features, predict_scores
from .records import (
    claim,
    read_json,
    read_pseudo_labels,
    round_dir,
    summarize,
    write_json,
)
from .selection import PseudoLabel, check_fraction, select_confident
from .spreading import spread_labels
from .training import test, train

#: Apart enough that rounds of neighbouring seeds share none.
_SEEDS_APART = 100_003


def run_self_training(
    config: str | Path | Config,
    labelled: Sequence[str],
    unlabelled: Sequence[str] | None,
    work_dir: str | Path,
    rounds: Sequence[float] = (0.5, 0.7),
    views: int = 4,
    seed: int = 0,
    cfg_options: dict[str, Any] | None = None,
    track: Callable[..., Iterable] = iter,
    spread: bool = False,
) -> str:
    """Train on labelled clips, then on pseudo-labelled ones as well.

    Round 0 trains a teacher by the config on the labelled clips; with
    ``spread`` on all that :func:`.spreading.spread_labels` reaches from them,
    by the features of the weights that the config begins with. In each round
    that follows the last model predicts the unlabelled clips, averaged
    over augmented views and the plain one; of each predicted class the most
    confident part becomes pseudo-labelled; and the next model, a fresh start
    from the config's own initialisation, is trained on all of them. The true
    labels of the unlabelled clips are never used, nor is the test split but
    for the numbers in ``round.json``.

    All stays in ``work_dir/round_K``: ``include.json`` and ``labels.json``
    (what ``SkeletonDataset`` trains on), ``pseudo_labels.json`` ({name:
    [label, confidence]}), checkpoints, logs and ``round.json``. A repeated
    call goes on where the last one was stopped.

    Args:
        config: A recognition config, strl_scratch_* or strl_finetune_*.
        labelled: Names of the labelled clips, of the config's training split.
        unlabelled: Names of unlabelled clips of that split. None: the rest.
        work_dir: Folder of all rounds.
        rounds: Part of each predicted class to believe, a number for each
            round after the teacher's.
        views: Number of augmented views.
        seed: Round 0 trains with it, the others with seeds made of it.
        cfg_options: Changes of the config, as ``--cfg-options``.
        track: Put around the views, to show progress.
        spread: Whether round 0 has labels spread by features.

    Returns:
        Path of the last round's checkpoint.

    Raises:
        ValueError: If config, clips or folder cannot be used.
        RuntimeError: If another process works in the folder.
    """
    for fraction in rounds:
        check_fraction(fraction)
    if views < 0:
        raise ValueError(f'views must be at least 0, got {views}')
    cfg = _load(config, cfg_options)
    init_default_scope(cfg.get('default_scope', 'mmaction'))
    check_data(cfg)
    labels, others = split_clips(cfg, labelled, unlabelled)
    run = _Run(cfg, labels, others, Path(work_dir).resolve(), views, seed)
    request = dict(
        config=_fingerprint(cfg),
        labelled=labels,
        unlabelled=others,
        rounds=list(rounds),
        views=views,
        seed=seed,
        **(dict(spread=True) if spread else {}),
        **_contents(cfg),
    )
    run.work_dir.mkdir(parents=True, exist_ok=True)
    with only_writer(run.work_dir):
        claim(run.work_dir, request)
        checkpoint = run.finish_round(0, run.spread if spread else dict)
        for number, fraction in enumerate(rounds, start=1):
            choose = partial(run.choose, number, checkpoint, fraction, track)
            checkpoint = run.finish_round(number, choose)
    return checkpoint


@dataclass(frozen=True)
class _Run:
    cfg: Config
    labels: dict[str, int]
    others: list[str]
    work_dir: Path
    views: int
    seed: int

    def spread(self) -> dict[str, PseudoLabel]:
        """Pseudo-labels of round 0, by the features before any training."""
        folder = round_dir(self.work_dir, 0)
        known, clips = folder / 'known.json', folder / 'clips.json'
        write_json(known, self.labels)
        write_json(clips, [*self.labels, *self.others])
        found = clip_features(self.cfg, with_clips(self.cfg, clips, known))
        scores = spread_labels(
            found.values, found.labels, self.cfg.model.cls_head.num_classes
        )
        reached = (found.labels == UNLABELLED) & (scores.sum(1) > 0)
        places = np.flatnonzero(reached)
        names = [found.names[i] for i in places]
        return select_confident(names, scores[places], 1.0)

    def choose(
        self,
        number: int,
        teacher: str,
        fraction: float,
        track: Callable[..., Iterable],
    ) -> dict[str, PseudoLabel]:
        """The pseudo-labels of a round, by the model of the one before."""
        folder = round_dir(self.work_dir, number)
        # Labels that may be in the data are taken away: none is asked for.
        no_labels = folder / 'no_labels.json'
        candidates = folder / 'candidates.json'
        write_json(no_labels, {})
        write_json(candidates, self.others)
        names, scores = predict_scores(
            self.cfg,
            teacher,
            with_clips(self.cfg, candidates, no_labels),
            self.views,
            self.seed + number,
            track,
        )
        return select_confident(names, scores, fraction)

    def finish_round(
        self, number: int, choose: Callable[[], dict[str, PseudoLabel]]
    ) -> str:
        """Do what is not done of a round, and give its checkpoint."""
        folder = round_dir(self.work_dir, number)
        done = read_json(folder / 'round.json')
        if done is not None:
            return str(folder / done['checkpoint'])
        pseudo = read_pseudo_labels(folder)
        if pseudo is None:
            pseudo = choose()
            write_json(folder / 'pseudo_labels.json', pseudo)
        print_log(
            f'self-training, round {number}: {len(self.labels)} labels, '
            f'{len(pseudo)} pseudo-labels of {len(self.others)} clips',
            'current',
        )
        given = {name: pair.label for name, pair in pseudo.items()}
        include, labels = folder / 'include.json', folder / 'labels.json'
        write_json(labels, {**self.labels, **given})
        write_json(include, [*self.labels, *given])
        seed = self.seed + number * _SEEDS_APART
        dataset = with_clips(self.cfg, include, labels)
        checkpoint = train(self.cfg, dataset, folder, seed)
        metrics = test(self.cfg, checkpoint, folder, seed)
        write_json(
            folder / 'round.json',
            summarize(folder, len(self.labels), pseudo, checkpoint, metrics),
        )
        return checkpoint


def _load(
    config: str | Path | Config, cfg_options: dict[str, Any] | None
) -> Config:
    cfg = (
        copy.deepcopy(config)
        if isinstance(config, Config)
        else Config.fromfile(config)
    )
    cfg.merge_from_dict(cfg_options or {})
    return cfg


def _contents(cfg: Config) -> dict[str, Any]:
    """Checksums of the clips and of the weights that each round begins with.

    Of files alone: those of the package are known by their name.
    """
    files = [Path(name) for name in start_weights(cfg)]
    return dict(
        clips=clips_checksum(cfg),
        weights=[
            f'{zlib.crc32(file.read_bytes()):08x}'
            for file in files
            if file.is_file()
        ],
    )


def _fingerprint(cfg: Config) -> str:
    text = json.dumps(cfg.to_dict(), sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
