"""The shipped configs, filled in for a file."""

from __future__ import annotations

import inspect
import json
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mmengine.config import Config, ConfigDict
from mmengine.registry import init_default_scope
from mmengine.runner import Runner

from ..variables import unset_variable
from .spec import PRETRAINED_ARMS, RECIPES, Spec, given_weights
from .transfer import allow_other_body

#: Kind of training -> its config.
CONFIGS = {
    'pretrain': 'skeletonmae_pretrain_any',
    'scratch': 'strl_scratch_any',
    'pretrained': 'strl_finetune_any',
    'stgcnpp': 'stgcnpp_any',
}
#: Kind of training -> its place in a pattern of other configs.
PLACES = dict(pretrain='pretrain', scratch='scratch', pretrained='finetune')
#: Kinds that neither a recipe nor a pattern changes.
STOCK = ('stgcnpp',)
#: Updates from which on compiling pays. It took 85 s of a core where an update
#: took 0.08 s, and every cell would pay for it.
COMPILE_FROM = 2500


def variables(spec: Spec, checkpoint: str | None = None) -> dict[str, str]:
    """Environment that the configs read."""
    found = dict(
        SKELETONS=spec.ann_file,
        SKELETONS_LAYOUT=spec.layout,
        SKELETONS_IN_CHANNELS=str(spec.in_channels),
        SKELETONS_NUM_CLASSES=str(spec.num_classes),
        SKELETONS_NUM_PERSON=str(spec.num_person),
        SKELETONS_CLIP_LEN=str(spec.clip_len),
        SKELETONS_UP=spec.up,
        SKELETONS_TRAIN=spec.train_split,
        SKELETONS_TEST=spec.test_split,
    )
    if checkpoint is not None:
        found['SKELETONMAE_CHECKPOINT'] = checkpoint
    return found


def config_file(folder: Path, kind: str, spec: Spec) -> Path:
    """The config of a kind of training, of the recipe that is asked about."""
    if spec.configs is not None and kind in PLACES:
        return Path(spec.configs.replace('{}', PLACES[kind]))
    end = '' if kind in STOCK else RECIPES[spec.recipe]
    return folder / f'{CONFIGS[kind]}{end}.py'


def kinds_of(folder: Path, spec: Spec) -> list[str]:
    """Kinds of training whose configs are there; a pattern may lack some."""
    return [
        kind for kind in CONFIGS if config_file(folder, kind, spec).exists()
    ]


def kinds_of_arm(arm: str) -> tuple[str, ...]:
    """Kinds of training that an arm is made of."""
    if arm in STOCK:
        return (arm,)
    if arm in PRETRAINED_ARMS:
        return ('pretrain', 'pretrained')
    return ('scratch',)


def load_config(
    folder: Path,
    kind: str,
    spec: Spec,
    checkpoint: str | None = None,
    workers: bool = False,
) -> Config:
    """A config of ``CONFIGS``; sets environment variables of this process.

    Args:
        folder: Of the configs.
        kind: Of training.
        spec: The question.
        checkpoint: Pre-trained weights.
        workers: Whether other processes load the clips, as the config says.

    Raises:
        ValueError: If the config is not one for any file, or its model has
            no place for the weights.
    """
    os.environ.update(variables(spec, checkpoint))
    cfg = Config.fromfile(
        str(config_file(folder, kind, spec)),
        # To lay its text out six times a run takes longer than many runs.
        format_python_code=False,
    )
    init_default_scope(cfg.default_scope)
    data = innermost(cfg.train_dataloader)
    if data.ann_file != spec.ann_file or data.get('up', 'y') != spec.up:
        raise ValueError(
            f'{cfg.filename} does not read SKELETONS, the variable of the '
            'file, or SKELETONS_UP; let it inherit '
            'configs/_base_/datasets/any.py, as configs/*_any.py do'
        )
    if kind == 'pretrained' and checkpoint is not None:
        _require_checkpoint(cfg, checkpoint)
    prepare(cfg, workers)
    if kind == 'pretrain':
        cfg.merge_from_dict(spec.pretrain_options)
    elif kind in STOCK:
        cfg.merge_from_dict(spec.stock_options)
    else:
        cfg.merge_from_dict(spec.train_options)
    if kind == 'pretrained' and checkpoint is not None:
        allow_other_body(cfg, spec, checkpoint)
    return cfg


def _require_checkpoint(cfg: Config, checkpoint: str) -> None:
    """Else all that is called pre-trained would begin from random weights."""
    values = [value for _, value in _leaves(cfg.model.to_dict())]
    if checkpoint not in values:
        raise ValueError(
            f'{cfg.filename} has no init_cfg in its model that reads '
            'SKELETONMAE_CHECKPOINT, the variable of the pre-trained weights; '
            'let it have one, as configs/strl_finetune_any.py does (load_from '
            'will not do: it passes over weights that are missing)'
        )


def _leaves(node: Any, key: Any = None) -> Iterator[tuple[Any, Any]]:
    """All plain values within, each with the key that it stands under."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from _leaves(value, name)
    elif isinstance(node, (list, tuple)):
        for item in node:
            yield from _leaves(item, key)
    else:
        yield key, node


def prepare(cfg: Config, workers: bool = False) -> None:
    """Make a config one of many trainings, each with one core.

    Args:
        cfg: Of a training; changed.
        workers: Whether other processes load the clips, as the config says.
    """
    # A test split is neither looked at nor waited for while training.
    cfg.val_cfg = cfg.val_dataloader = cfg.val_evaluator = None
    for part in () if workers else ('train', 'test'):
        loader = cfg.get(f'{part}_dataloader')
        if loader is not None:
            loader.num_workers = 0
            loader.persistent_workers = False
    if 'compile' in cfg.default_hooks:
        cfg.default_hooks.compile.min_iters = COMPILE_FROM
    cfg.visualizer.vis_backends = [dict(type='LocalVisBackend')]


def recipe_checksum(folder: Path, kind: str, spec: Spec) -> str:
    """A checksum of a config, to notice that the recipe has changed.

    Of the weights that it begins with, too; not of the file and its splits,
    which are a question's own.

    Raises:
        FileNotFoundError: If these are not there, or not shipped for such
            clips.
    """
    spec = replace(spec, ann_file='-', train_split='-', test_split='-')
    cfg = load_config(folder, kind, spec, '-')
    weights = [
        given_weights(name, spec.layout, spec.in_channels)[1]
        for name in start_weights(cfg)
    ]
    return config_checksum(cfg, *weights)


def start_weights(cfg: Config) -> list[str]:
    """Files, and 'generated-motion', that a training begins with.

    Not URLs, nor what stands for weights that are given later.
    """
    asked = dict(model=cfg.model.to_dict(), load_from=cfg.get('load_from'))
    return [
        name
        for key, name in _leaves(asked)
        if key in ('checkpoint', 'load_from')
        and isinstance(name, str)
        and name != '-'
        and '://' not in name
        and not unset_variable(name)
    ]


def config_checksum(cfg: Config, *more: Any) -> str:
    """A checksum of what a runner takes of a config.

    Other names in it are building blocks, of which some may be for another
    training.

    Args:
        cfg: The config.
        more: What it depends on besides.
    """
    content = cfg.to_dict()
    taken = inspect.signature(Runner.__init__).parameters
    content = {key: content[key] for key in content if key in taken}
    for loader in ('train_dataloader', 'val_dataloader', 'test_dataloader'):
        data = content.get(loader) or {}
        while 'dataset' in data:  # within its wrappers
            data = data['dataset']
        if data.get('up') == 'y':  # as where it is not said
            del data['up']
    text = json.dumps(content, sort_keys=True, default=str)
    text += json.dumps(more) if more else ''
    return f'{zlib.crc32(text.encode()):08x}'


def checked_config(
    folder: Path,
    kind: str,
    spec: Spec,
    checkpoint: str | None = None,
    workers: bool = False,
) -> Config:
    """As ``load_config``.

    Raises:
        RuntimeError: If the config, or the content of weights that it begins
            with, is not what it was when the run began.
    """
    found, began = recipe_checksum(folder, kind, spec), spec.recipes[kind]
    if found != began:
        raise RuntimeError(
            f'{config_file(folder, kind, spec)} has changed since the run '
            f'began, or weights that it begins with (checksum {began}, now '
            f'{found}); undo it, or start again with another --out'
        )
    return load_config(folder, kind, spec, checkpoint, workers)


def shorten(cfg: Config, part: float) -> None:
    """Train for a part of the epochs, one at the least.

    Where the rate falls at certain epochs, these are moved along; cosines
    last as long as the training anyhow.
    """
    epochs = cfg.train_cfg.max_epochs
    cfg.train_cfg.max_epochs = max(1, round(part * epochs))
    for scheduler in cfg.param_scheduler:
        if 'milestones' in scheduler:
            scheduler.milestones = [
                max(1, round(part * epoch)) for epoch in scheduler.milestones
            ]


def save_often(cfg: Config) -> None:
    """Save after every epoch: one that is killed goes on from there."""
    # The last but one is whole while the last is written.
    cfg.default_hooks.checkpoint.update(interval=1, max_keep_ckpts=2)


def scale_lr(cfg: Config, factor: float) -> None:
    """Multiply the learning rate."""
    cfg.optim_wrapper.optimizer.lr *= factor


def innermost(loader: ConfigDict) -> ConfigDict:
    """The data set of a loader, within its wrappers."""
    dataset = loader.dataset
    while 'dataset' in dataset:
        dataset = dataset.dataset
    return dataset


def learn_from(cfg: Config, ids: Path) -> None:
    """Train on clips whose names are in a file."""
    innermost(cfg.train_dataloader).include = str(ids)


def test_on(cfg: Config, split: str, ids: Path) -> None:
    """Test on some clips of a split."""
    innermost(cfg.test_dataloader).update(split=split, include=str(ids))


def pretrain_on(cfg: Config, ann_file: str, splits: Sequence[str]) -> None:
    """Pre-train on all clips of a file and some of its splits."""
    dataset: Any = innermost(cfg.train_dataloader)
    dataset.update(
        ann_file=ann_file, split=list(splits), num_classes=None, include=None
    )
