"""What is asked of a run, and how much is done."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ..layouts import get_layout
from ..weights import GENERATED_MOTION, shipped_weights

#: All arms, in the order of the table -> what they are.
ARMS = {
    'scratch': 'STRL from random weights',
    'pretrained': 'the same, from pre-trained weights',
    'spread': 'pretrained, on labels that its features spread to the other '
    'training clips',
    'frozen_linear': 'logistic regression on the pre-trained features',
    'frozen_knn': 'nearest neighbour in the pre-trained features',
    'frozen_spread': 'logistic regression on the pre-trained features, of the '
    'labels of spread',
    'random_frozen': 'logistic regression on the features of random weights',
    'raw_knn': 'nearest neighbour in the normalised coordinates',
    'raw_spread': 'as frozen_spread, on the normalised coordinates',
    'self_trained_scratch': 'scratch, then trained on its own guesses',
    'self_trained': 'pretrained, then trained on its own guesses',
    'stgcnpp': "MMAction2's ST-GCN++ by its own recipe",
}
#: Arms that need pre-trained weights.
PRETRAINED_ARMS = (
    'pretrained',
    'spread',
    'frozen_linear',
    'frozen_knn',
    'frozen_spread',
    'self_trained',
)
#: Arms that guess the labels of the other training clips.
GUESSING_ARMS = (
    'spread',
    'frozen_spread',
    'raw_spread',
    'self_trained_scratch',
    'self_trained',
)
#: Arms that need scikit-learn.
PROBED_ARMS = ('frozen_linear', 'random_frozen')
#: Arm -> the arm whose learning rate it takes.
SWEPT = {
    'scratch': 'scratch',
    'pretrained': 'pretrained',
    'spread': 'pretrained',
    'self_trained_scratch': 'scratch',
    'self_trained': 'pretrained',
}
#: Configs that a question is about -> the end of their names.
RECIPES = {'default': '', 'paper': '_paper'}
#: Factors of the config's learning rate that are tried, the same for all.
LR_FACTORS = (0.3, 1.0, 3.0)
#: Label subsets that the sweep averages over.
SWEEP_SEEDS = (0, 1)
#: Fields of a question that are written only where they say another thing.
_LATE: dict[str, Any] = dict(
    stock_options={},
    source=None,
    num_processes=None,
    configs=None,
    up='y',
    other_joints=False,
)


@dataclass(frozen=True)
class Budget:
    """How much is done, unless asked for otherwise.

    Args:
        fractions: Parts of the training clips whose labels are used.
        seeds: Number of label subsets of each fraction.
        arms: What is compared.
        sweep: Whether learning rates are chosen on a part of the training.
        epochs: Part of the configs' epochs that is trained.
    """

    fractions: tuple[float, ...]
    seeds: int
    arms: tuple[str, ...]
    sweep: bool
    epochs: float


BUDGETS = {
    'quick': Budget((0.05, 0.25), 3, tuple(ARMS)[:9], False, 0.5),
    'full': Budget((0.05, 0.1, 0.25, 1.0), 5, tuple(ARMS)[:11], True, 1.0),
}


@dataclass(frozen=True)
class Spec:
    """All that the result of a cell depends on.

    A folder holds the results of one; arms, fractions, seeds and processes
    are not part of it, so that more of them can be asked for later.

    Args:
        ann_file: Pickle or packed store.
        layout: Name, or path of a JSON file.
        train_split: Split whose clips are learned from.
        test_split: Split that is tested on, and nothing else.
        data: Number of clips and checksums of all that the files say of them.
        in_channels: Coordinates of a joint, 2 or 3.
        num_classes: Number of classes.
        num_person: Persons that the model sees.
        clip_len: Frames that it sees.
        pretrained: Checkpoint to take instead of pre-training.
        pretrained_checksum: Of its content.
        pretrain_on: 'train', or 'all': the test clips as well.
        unlabelled: More files to pre-train on.
        epochs: Part of the configs' epochs.
        sweep: Fraction at which learning rates are chosen. None: the
            config's are taken.
        pretrain_options: ``--cfg-options`` of the pre-training.
        train_options: Those of every training of our model with labels.
        recipe: Of ``RECIPES``.
        recipes: Checksum of each config.
        stock_options: ``--cfg-options`` of the trainings of ST-GCN++.
        source: Another question, as it is written, whose pre-trainings are
            taken in the place of one's own.
        num_processes: That share the batch of each training, where there are
            several: norms see a part of it.
        configs: Path of other configs than the shipped ones, with ``{}`` in
            the place of pretrain, scratch and finetune.
        up: Which way is up in the file, of ``upright.UPWARD``.
        other_joints: Whether ``pretrained`` is of another body: what does not
            fit for that begins from random numbers.
    """

    ann_file: str
    layout: str
    train_split: str
    test_split: str
    data: str
    in_channels: int
    num_classes: int
    num_person: int = 1
    clip_len: int = 32
    pretrained: str | None = None
    pretrained_checksum: str | None = None
    pretrain_on: str = 'train'
    unlabelled: tuple[str, ...] = ()
    epochs: float = 1.0
    sweep: float | None = None
    pretrain_options: dict[str, Any] = field(default_factory=dict)
    train_options: dict[str, Any] = field(default_factory=dict)
    recipe: str = 'default'
    recipes: dict[str, str] = field(default_factory=dict)
    stock_options: dict[str, Any] = field(default_factory=dict)
    source: dict[str, Any] | None = None
    num_processes: int | None = None
    configs: str | None = None
    up: str = 'y'
    other_joints: bool = False

    @property
    def transductive(self) -> bool:
        """Whether pre-training has seen the clips of the test."""
        return self.pretrained is None and self.pretrain_on == 'all'

    def to_json(self) -> dict[str, Any]:
        """As it is written, and so read again."""
        found = {
            key: value
            for key, value in asdict(self).items()
            # What is not asked for is not written.
            if key not in _LATE or value != _LATE[key]
        }
        # A tuple, of an option for one, is a list there.
        plain: dict[str, Any] = json.loads(json.dumps(found))
        return plain


def marked_arm(arm: str, transductive: bool) -> str:
    """An arm's name in words, which tell if it has seen the test clips.

    Args:
        arm: Of ``ARMS``.
        transductive: Whether the pre-training has.
    """
    seen = transductive and arm in PRETRAINED_ARMS
    return f'{arm} (transductive)' if seen else arm


def sweep_fraction(fractions: Sequence[float]) -> float:
    """Where learning rates are chosen: the largest of at most a quarter.

    Or the smallest, if all are larger.
    """
    few = [fraction for fraction in fractions if fraction <= 0.25]
    return max(few) if few else min(fractions)


def given_weights(
    given: str | None, layout: str, num_coordinates: int
) -> tuple[str | None, str | None]:
    """As a question names them, and the checksum of their file.

    Args:
        given: Path of a checkpoint, or 'generated-motion'.
        layout: Name, or path of a JSON file.
        num_coordinates: Of a joint.

    Raises:
        FileNotFoundError: If there is no such file, or none is shipped for
            such clips.
    """
    if given is None:
        return None, None
    if given == GENERATED_MOTION:
        file = shipped_weights(get_layout(layout), num_coordinates)
    else:
        file = Path(given).resolve()
        given = str(file)
    return given, f'{zlib.crc32(file.read_bytes()):08x}'
