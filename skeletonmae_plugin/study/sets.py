"""Facts of the sets, read from their configs."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mmengine.config import Config

#: Sets that the study is made on.
SETS = ('nwucla', 'jhmdb', 'routine16', 'sbu', 'toy')


@dataclass(frozen=True)
class SetFacts:
    """What is true of a set.

    Args:
        name: Of ``SETS``.
        ann_file: Its file.
        layout: Of its joints.
        train_split: Its training.
        test_split: Its test.
        num_person: Persons looked at.
        clip_len: Frames looked at.
        pretrain: Options in which the pre-training of the set differs from
            that of any file.
        train: Likewise of the training with labels.
    """

    name: str
    ann_file: str
    layout: str
    train_split: str
    test_split: str
    num_person: int
    clip_len: int
    num_classes: int
    pretrain: dict[str, Any] = field(default_factory=dict)
    train: dict[str, Any] = field(default_factory=dict)


def read_set(name: str, configs: Path) -> SetFacts:
    """Read a set's configs.

    Args:
        name: Of ``SETS``.
        configs: Folder of the configs.

    Raises:
        FileNotFoundError: If its variable does not name a file.
    """
    facts = _parse(configs / '_base_' / 'datasets' / f'{name}.py')
    train, test = (facts[f'{p}_dataloader'].dataset for p in ('train', 'test'))
    ann_file = Path(train.ann_file).expanduser()
    if not ann_file.exists():
        raise FileNotFoundError(
            f'{name}: expected a file or packed store, got {ann_file}; set '
            'the variable that configs/_base_/datasets/'
            f'{name}.py reads (docs/data.md)'
        )
    return SetFacts(
        name=name,
        ann_file=str(ann_file.resolve()),
        layout=facts.layout,
        train_split=train.split,
        test_split=test.split,
        num_person=facts.num_person,
        clip_len=facts.clip_len,
        num_classes=facts.num_classes,
        pretrain=_epochs(configs, 'skeletonmae_pretrain', name),
        train=_epochs(configs, 'strl_scratch', name),
    )


def _parse(path: Path) -> Config:
    return Config.fromfile(str(path), format_python_code=False)


def _epochs(configs: Path, kind: str, name: str) -> dict[str, Any]:
    """Sets may be trained for longer than any file."""
    key = 'train_cfg.max_epochs'
    own, common = (
        _parse(configs / f'{kind}_{which}.py').train_cfg.max_epochs
        for which in (name, 'any')
    )
    return {} if own == common else {key: own}
