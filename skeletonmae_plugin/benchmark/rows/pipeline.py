"""The data path beside MMAction2's."""

from collections.abc import Callable, Iterator
from typing import Any

from mmengine.config import Config

from ...datasets.steps import complete_steps
from ..bench import Bench
from ..result import BenchmarkError, Result
from ..timing import ratios
from .end_to_end import preload
from .pretrain import config_name
from .sides import side_details

#: Its joints are those that MMAction2's own transforms know.
SET = 'ntu60'
#: MMAction2 has none of these.
AUGMENTATIONS = (
    'RotateSkeleton',
    'ScaleSkeleton',
    'ScaleBones',
    'CentreFrames',
    'JitterSkeleton',
    'FlipSkeleton',
)


def against_stock(bench: Bench) -> list[Result]:
    """Clips/s of our data path over that of MMAction2's PoseDataset.

    The same work on both sides: read a clip, sample frames, normalise, pad
    persons, pack with a data sample each, collate, pre-process to the model's
    tensors; 2D joints of the form of NTU60, in one process without workers.
    Two more sides do more than the stock pipeline can: our augmentation, and
    that with masks, as in the shipped pre-training; on a GPU a third keeps
    the frames there.
    """
    ours = bench.config(f'strl_scratch_{SET}')
    augmented = bench.config(f'strl_scratch_{SET}')
    masked = bench.config(f'skeletonmae_pretrain_{SET}')
    stock = stock_config(bench, ours)
    pipeline = ours.train_dataloader.dataset.pipeline
    ours.train_dataloader.dataset.pipeline = [
        t for t in pipeline if t['type'] not in AUGMENTATIONS
    ]
    batch_size = ours.train_dataloader.batch_size
    configs = dict(
        ours_same_work=ours,
        ours_augmented=augmented,
        ours_pretraining=masked,
        stock=stock,
    )
    if bench.device.type == 'cuda':
        configs['ours_pretraining_preloaded'] = preload(
            bench.config(f'skeletonmae_pretrain_{SET}')
        )
    sides: dict[str, Callable] = {}
    for name, cfg in configs.items():
        cfg.train_dataloader.batch_size = batch_size // _views(cfg)
        sides[name] = endless_batches(bench, cfg).__next__
    _check_shapes({name: side() for name, side in sides.items()})
    times = bench.alternate(sides)
    return [
        Result(
            'pipeline_vs_stock',
            "clips/s of the data path over MMAction2's, same work",
            values=ratios(times['stock'], times['ours_same_work']),
            goal=10,
            dtype='float32',
            configs=[config_name(ours), config_name(stock)],
            details=dict(
                sides=side_details(times, batch_size, 'clips'),
                batch_size=batch_size,
                ours=[
                    t['type'] for t in ours.train_dataloader.dataset.pipeline
                ],
                stock=[
                    t['type'] for t in stock.train_dataloader.dataset.pipeline
                ],
            ),
        )
    ]


def stock_config(bench: Bench, ours: Config) -> Config:
    """The shipped ST-GCN++ config, read by MMAction2's own data set."""
    cfg = bench.config(f'stgcnpp_{SET}')
    loader = cfg.train_dataloader
    pipeline = loader.dataset.pipeline
    foreign = [t['type'] for t in pipeline if 'Skeleton' in t['type']]
    if foreign:
        raise BenchmarkError(
            f'the pipeline of {config_name(cfg)} holds {foreign}, transforms '
            "of ours; expected MMAction2's alone"
        )
    cfg.train_dataloader = dict(
        batch_size=loader.batch_size,
        num_workers=0,
        sampler=dict(type='DefaultSampler', shuffle=True),
        dataset=dict(
            type='PoseDataset',
            ann_file=str(bench.made(SET)),
            split='all',
            pipeline=complete_steps(pipeline, **ours.facts),
        ),
    )
    return cfg


def _views(cfg: Config) -> int:
    """How many clips a training takes of each sample, each counted."""
    steps = cfg.train_dataloader.dataset.pipeline
    return max(step.get('num_clips', 1) for step in steps)


def endless_batches(bench: Bench, cfg: Config) -> Iterator[dict[str, Any]]:
    """Batches as the model takes them, epoch after epoch."""
    model: Any = bench.model(cfg)
    loader = bench.loader(cfg)
    while True:
        for data in loader:
            yield model.data_preprocessor(data, True)


def _check_shapes(batches: dict[str, dict[str, Any]]) -> None:
    """Equal clips, persons, frames and joints on all sides."""
    shapes = {}
    for name, batch in batches.items():
        shape = tuple(batch['inputs'].shape)
        # MMAction2's batch keeps the axis of the clips of a sample.
        shapes[name] = (
            (shape[0], *shape[2:5]) if name == 'stock' else shape[:4]
        )
    if len(set(shapes.values())) > 1:
        raise BenchmarkError(
            f'the sides give batches (N, M, T, V) of {shapes}; expected equal '
            'ones, because only sides that do the same work can be compared'
        )
