"""The tables of the study: what each row changes in the shipped configs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..weights import GENERATED_MOTION
from .options import Times

#: What most rows compare.
USUAL = ('scratch', 'pretrained', 'frozen_linear', 'frozen_knn')
_TRAINED = ('scratch', 'pretrained')
_ALL = (
    *USUAL,
    'spread',
    'frozen_spread',
    'random_frozen',
    'raw_knn',
    'raw_spread',
)


@dataclass(frozen=True)
class Row:
    """A row of a table.

    Args:
        name: In words.
        pretrain: Options of the pre-training, see ``resolve``.
        train: Options of every training with labels.
        arms: Of ``label_efficiency.ARMS``.
        recipe: Configs that it changes, of ``label_efficiency.RECIPES``.
        pretrain_on: Set whose clips are pre-trained on. None: that of the
            table.
        pretrained: Checkpoint to take in the place of a pre-training.
        clip_len: Frames looked at. None: as many as in the set's configs.

    Raises:
        ValueError: If weights are given, and a pre-training as well.
    """

    name: str
    pretrain: Mapping[str, Any] = field(default_factory=dict)
    train: Mapping[str, Any] = field(default_factory=dict)
    arms: tuple[str, ...] = USUAL
    recipe: str = 'default'
    pretrain_on: str | None = None
    pretrained: str | None = None
    clip_len: int | None = None

    def __post_init__(self) -> None:
        if self.pretrained is not None and (self.pretrain or self.pretrain_on):
            raise ValueError(
                f'row {self.name!r}: expected a pre-training or weights that '
                'are given, got both'
            )


def _step(transform: str, **changes: Any) -> dict[str, Any]:
    """Options of a step of the training pipeline."""
    place = f'train_dataloader.dataset.pipeline.{transform}'
    return {f'{place}.{key}': value for key, value in changes.items()}


def _mask(**changes: Any) -> dict[str, Any]:
    return _step('MaskSkeletonParts', **changes)


def _head(**changes: Any) -> dict[str, Any]:
    """Options of the agreement."""
    place = 'model.head.AgreementHead'
    return {f'{place}.{key}': value for key, value in changes.items()}


def _streams(name: str, **scales: float) -> Row:
    encoder = 'model.backbone.encoder'
    change = {
        f'{encoder}.streams': tuple(scales),
        f'{encoder}.stream_scales': tuple(scales.values()),
    }
    return Row(name, change, change)


def _graph(name: str, conv: str) -> Row:
    """A row with another operator in all layers of the network."""
    encoder = {'model.backbone.encoder.conv': conv}
    # The decoder has no learned edges to begin with.
    decoder = {'model.neck.conv': conv}
    return Row(name, {**encoder, **decoder}, encoder)


def _rate(name: str, factor: float) -> Row:
    """A row whose labelled clips are learned at another rate, in all arms."""
    return Row(
        name,
        train={'optim_wrapper.optimizer.lr': Times(factor)},
        arms=_TRAINED,
    )


def _lr(backbone: float, head: float) -> dict[str, Any]:
    """Learning rates, as factors."""
    keys = dict(backbone=dict(lr_mult=backbone), cls_head=dict(lr_mult=head))
    return {'optim_wrapper.paramwise_cfg': dict(custom_keys=keys)}


def _slow(name: str, backbone: float, head: float) -> Row:
    """A row whose pre-trained weights move more slowly."""
    slow = _lr(backbone, head)
    return Row(name, train=slow, arms=('pretrained', 'spread'))


_NO_RECONSTRUCTION = {'model.head.ReconstructionHead.loss.loss_weight': 0.0}
_NO_ROTATION = _step('RotateSkeleton', yaw=0, tilt=0, roll=0)
_NO_SCALING = _step('ScaleSkeleton', factor=(1.0, 1.0))
_NO_BONES = _step('ScaleBones', prob=0.0)
_NO_CENTRING = _step('CentreFrames', prob=0.0)
_NO_CROP = _step('SampleSkeletonFrames', crop=(1.0, 1.0))
_NO_SPEED = _step('SampleSkeletonFrames', speed=(1.0, 1.0))
_NO_FLIP = _step('FlipSkeleton', p=0.0)
_RECIPE = Row('the recipe')


#: The literal recipe, with the batches and updates of the default one.
_PAPER = Row(
    'the same, pooled code normalised, as many updates as the recipe',
    pretrain={
        'train_dataloader.batch_size': 64,
        'train_dataloader.sampler.min_clips': 3840,
    },
    train={
        'train_dataloader.batch_size': 32,
        # 110 epochs of 7 updates, beside 20 of 40.
        'train_dataloader.sampler.min_clips': 224,
        # Of its batch of 128 a quarter.
        'optim_wrapper.optimizer.lr': Times(0.25),
        # Without it, it diverges.
        'model.backbone.pool_norm': True,
    },
    arms=_TRAINED,
    recipe='paper',
)

#: Name of a table -> its rows. All others are compared with the first.
TABLES: dict[str, tuple[Row, ...]] = {
    'recipe': (Row('the recipe', arms=_ALL),),
    'neighbours': (
        Row('the recipe', arms=(*_TRAINED, 'stgcnpp')),
        Row('the paper, literally', arms=_TRAINED, recipe='paper'),
        _PAPER,
    ),
    'reconstruction': (
        Row('the recipe', arms=('pretrained', 'frozen_linear')),
        Row(
            'the recipe without reconstruction',
            _NO_RECONSTRUCTION,
            arms=('pretrained', 'frozen_linear'),
        ),
    ),
    'parts': (
        _RECIPE,
        Row(
            'reconstruction alone, in both views',
            {
                **_head(loss_weight=0.0, bank_size=0),
                **_mask(num_masked_clips=None),
            },
        ),
        Row(
            'agreement alone, nothing masked',
            {
                **_NO_RECONSTRUCTION,
                **_head(bank_size=0),
                **_mask(num_masked_clips=0),
            },
        ),
        Row(
            'agreement alone, one view masked',
            {**_NO_RECONSTRUCTION, **_head(bank_size=0)},
        ),
        Row('+ its hidden joints reconstructed', _head(bank_size=0)),
        Row('the recipe without reconstruction', _NO_RECONSTRUCTION),
        Row('the recipe, both views masked', _mask(num_masked_clips=None)),
    ),
    'masks': (
        Row('2 parts, in tubes (the recipe)'),
        Row('3 parts, in tubes', _mask(num_masked_parts=3)),
        Row('2 parts, the whole clip', _mask(per='clip')),
        Row('3 parts, the whole clip', _mask(num_masked_parts=3, per='clip')),
        Row(
            'half of the joints, in tubes',
            _mask(num_masked_parts=None, mask_ratio=0.5),
        ),
        Row(
            'half of the joints, the whole clip',
            _mask(num_masked_parts=None, mask_ratio=0.5, per='clip'),
        ),
        # A patch is hidden if one of its frames is: two parts a frame would
        # hide nearly all.
        Row(
            '1 part, each frame its own',
            _mask(num_masked_parts=1, per='frame'),
        ),
    ),
    'targets': (
        Row('coordinates (the recipe)'),
        Row('motion', {'model.target': dict(type='MotionTarget')}),
    ),
    'views': (
        _RECIPE,
        Row('no rotation', _NO_ROTATION),
        Row('no scaling', _NO_SCALING),
        Row('no change of bones', _NO_BONES),
        Row('no centring', _NO_CENTRING),
        Row('no crop', _NO_CROP),
        Row('no change of speed', _NO_SPEED),
        Row('no flip', _NO_FLIP),
        Row(
            'weak: turned and scaled a little, all else left out',
            {
                **_step('RotateSkeleton', yaw=30, tilt=5, roll=5),
                **_step('ScaleSkeleton', factor=(0.9, 1.1)),
                **_NO_BONES,
                **_NO_CENTRING,
                **_NO_SPEED,
                **_step('SampleSkeletonFrames', crop=(0.8, 1.0)),
            },
        ),
    ),
    'flip': (
        Row('by chance (the recipe)', arms=_TRAINED),
        Row('labelled clips never', train=_NO_FLIP, arms=_TRAINED),
        Row('never', _NO_FLIP, _NO_FLIP, arms=_TRAINED),
    ),
    'start': (
        Row('random weights (the recipe)', arms=(*USUAL, 'spread')),
        Row(
            'generated motion, then its own clips',
            {
                'model.backbone.init_cfg': dict(
                    type='Pretrained',
                    checkpoint=GENERATED_MOTION,
                    prefix='backbone.',
                )
            },
            arms=(*USUAL, 'spread'),
        ),
        Row(
            'generated motion alone',
            arms=(*USUAL, 'spread'),
            pretrained=GENERATED_MOTION,
        ),
    ),
    'length': (
        Row('1 (the recipe)'),
        Row('twice the epochs', {'train_cfg.max_epochs': Times(2)}),
    ),
    'graph': (
        Row('bones and learned edges (the recipe)'),
        _graph('bones alone', 'gin'),
        _graph('no messages between joints', 'mlp'),
    ),
    'frames': tuple(
        Row(f'{frames} frames', clip_len=frames) for frames in (32, 64)
    ),
    'streams': (
        _RECIPE,
        _streams('coordinate', coordinate=1.0),
        _streams('+ velocity', coordinate=1.0, velocity=4.0),
        _streams('+ bone', coordinate=1.0, velocity=4.0, bone=1.0),
        _streams(
            'all four, none scaled',
            coordinate=1.0,
            velocity=1.0,
            bone=1.0,
            centred=1.0,
        ),
    ),
    'fine_tuning': (
        Row('the recipe', arms=_TRAINED),
        _slow('a twentieth of the rate', 0.05, 0.05),
        _slow('a twentieth of the rate in the backbone', 0.05, 1.0),
        Row(
            'frozen backbone, its batch norms go on counting',
            train={
                **_lr(0.0, 0.05),
                # A cosine would raise a rate of 0 to it.
                'param_scheduler.CosineAnnealingLR.eta_min': 0.0,
            },
            arms=('pretrained',),
        ),
        Row(
            'frozen embedding and graph layers',
            train={'model.backbone.frozen_encoder': True},
            arms=('pretrained',),
        ),
        Row(
            'half of the epochs',
            train={'train_cfg.max_epochs': Times(0.5)},
            arms=_TRAINED,
        ),
        Row(
            'twice the epochs',
            train={'train_cfg.max_epochs': Times(2)},
            arms=_TRAINED,
        ),
    ),
    'rates': (
        Row('full, as from scratch (the recipe)', arms=(*_TRAINED, 'spread')),
        _slow('a quarter', 0.25, 0.25),
        _slow('backbone 0.015, head 0.05', 0.015, 0.05),
    ),
    'learning_rate': (
        Row('2e-3 (the recipe)', arms=_TRAINED),
        _rate('a third', 1 / 3),
        _rate('three times', 3.0),
    ),
    # Arms without a training: ten label subsets take seconds.
    'spreading': (
        Row(
            'the recipe',
            arms=('frozen_linear', 'frozen_spread', 'raw_knn', 'raw_spread'),
        ),
    ),
    'batch': tuple(
        Row(f'{size} clips', {'train_dataloader.batch_size': size})
        for size in (64, 32, 128)
    ),
    'temperature': (
        Row('0.2 (the recipe)'),
        *(Row(f'{value:g}', _head(temperature=value)) for value in (0.1, 0.5)),
    ),
    'bank': (
        Row('4096 codes (the recipe)'),
        *(
            Row(f'{size} codes', _head(bank_size=size))
            for size in (0, 1024, 16384)
        ),
    ),
}
