"""Facts of the sets, read from their configs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from mmengine.config import Config

from ..label_efficiency.spec import RECIPES, Spec
from ..variables import file_variable
from .own_recipe import own_options

#: Sets that the study is made on.
SETS = ('nwucla', 'jhmdb', 'routine16', 'sbu', 'toy')


def set_names(configs: Path) -> tuple[str, ...]:
    """All sets that have a base and a config to fine-tune on them.

    Args:
        configs: Folder of the configs.
    """
    return tuple(
        base.stem
        for base in sorted((configs / '_base_' / 'datasets').glob('*.py'))
        if base.stem != 'any'
        and (configs / f'strl_finetune_{base.stem}.py').is_file()
    )


@dataclass(frozen=True)
class SetFacts:
    """What is true of a set.

    Args:
        name: Of ``set_names``.
        ann_file: Its file.
        layout: Of its joints.
        train_split: Its training.
        test_split: Its test.
        num_person: Persons looked at.
        clip_len: Frames looked at.
        num_classes: Its classes.
        in_channels: Coordinates of a joint.
        pretrain: Options in which the pre-training of the set differs from
            that of any file.
        train: Likewise of the training with labels.
        up: Which way is up in its file.
    """

    name: str
    ann_file: str
    layout: str
    train_split: str
    test_split: str
    num_person: int
    clip_len: int
    num_classes: int
    in_channels: int
    pretrain: dict[str, Any] = field(default_factory=dict)
    train: dict[str, Any] = field(default_factory=dict)
    up: str = 'y'

    def question(self, **changes: Any) -> Spec:
        """The question about the set, by its own recipe, all labels.

        Args:
            changes: Fields of the question that differ.
        """
        own: dict[str, Any] = dict(
            ann_file=self.ann_file,
            layout=self.layout,
            train_split=self.train_split,
            test_split=self.test_split,
            data='',
            in_channels=self.in_channels,
            num_classes=self.num_classes,
            num_person=self.num_person,
            clip_len=self.clip_len,
            pretrain_options=dict(self.pretrain),
            train_options=dict(self.train),
            up=self.up,
        )
        return Spec(**{**own, **changes})


def read_set(name: str, configs: Path, recipe: str = 'default') -> SetFacts:
    """Read a set's configs.

    Args:
        name: Of ``set_names``.
        configs: Folder of the configs.
        recipe: Of ``label_efficiency.RECIPES``.

    Raises:
        FileNotFoundError: If its variable does not name a file.
        ValueError: If a config of the set lacks what that of any file has.
    """
    facts = _of_base(name, configs)
    ann_file = Path(facts.ann_file).expanduser()
    if not ann_file.exists():
        variable = file_variable(_base(name, configs))
        raise FileNotFoundError(
            f'{name}: expected a file or packed store, got {ann_file}; set '
            f'the variable {variable or "that its base reads"} to its path '
            '(docs/data.md)'
        )
    facts = replace(facts, ann_file=str(ann_file.resolve()))
    return _with_options(facts, configs, recipe)


def read_facts(name: str, configs: Path, recipe: str = 'default') -> SetFacts:
    """As ``read_set``, whether there is a file or not."""
    return _with_options(_of_base(name, configs), configs, recipe)


def _base(name: str, configs: Path) -> Path:
    return configs / '_base_' / 'datasets' / f'{name}.py'


def _of_base(name: str, configs: Path) -> SetFacts:
    cfg = Config.fromfile(str(_base(name, configs)), format_python_code=False)
    train, test = (cfg[f'{p}_dataloader'].dataset for p in ('train', 'test'))
    return SetFacts(
        name=name,
        ann_file=train.ann_file,
        layout=cfg.layout,
        train_split=train.split,
        test_split=test.split,
        num_person=cfg.num_person,
        clip_len=cfg.clip_len,
        num_classes=cfg.num_classes,
        in_channels=cfg.in_channels,
        up=train.get('up', 'y'),
    )


def _with_options(facts: SetFacts, configs: Path, recipe: str) -> SetFacts:
    end = RECIPES[recipe]
    return replace(
        facts,
        pretrain=own_options(configs, 'skeletonmae_pretrain', facts, end),
        train=own_options(configs, 'strl_finetune', facts, end),
    )
