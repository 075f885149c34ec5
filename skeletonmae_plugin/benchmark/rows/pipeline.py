"""The data path beside MMAction2's."""

from collections.abc import Callable, Iterator, Sequence
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
MASKS = ('MaskSkeletonParts',)
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

    The same work on both sides: read a clip, sample two views of it as the
    default pre-training does, normalise, pad persons, pack with a data sample
    each, collate, pre-process to the model's tensors; 2D joints of the form
    of NTU60, in one process without workers. What MMAction2 lacks, that is
    augmentation and masks, is left out on both sides. A second result is that
    of one view, as recognition trains. Further sides do more than the stock
    pipeline can: our augmentation, and the shipped pre-training with masks; on
    a GPU another keeps the frames there.
    """
    shipped, recognition = (
        bench.config(f'{name}_{SET}')
        for name in ('skeletonmae_pretrain', 'strl_scratch')
    )
    views = _views(shipped)
    configs = dict(
        ours_same_work=plain(bench, shipped, AUGMENTATIONS + MASKS),
        ours_augmented=plain(bench, shipped, MASKS),
        ours_pretraining=shipped,
        stock=stock_config(bench, shipped, views),
        ours_one_view=plain(bench, recognition, AUGMENTATIONS),
        stock_one_view=stock_config(bench, recognition, 1),
    )
    if bench.device.type == 'cuda':
        configs['ours_pretraining_preloaded'] = preload(
            bench.config(f'skeletonmae_pretrain_{SET}')
        )
    batch_size = recognition.train_dataloader.batch_size
    sides: dict[str, Callable] = {}
    for name, cfg in configs.items():
        cfg.train_dataloader.batch_size = batch_size
        sides[name] = endless_batches(bench, cfg).__next__
    _check_shapes({name: side() for name, side in sides.items()}, views)
    times = bench.alternate(sides)
    details = dict(
        sides=side_details(times, clips=batch_size),
        batch_size=batch_size,
        views=views,
        pipelines={
            name: [t['type'] for t in cfg.train_dataloader.dataset.pipeline]
            for name, cfg in configs.items()
        },
    )
    common: dict[str, Any] = dict(dtype='float32', details=details)
    title = "clips/s of the data path over MMAction2's, same work"
    stock_name = config_name(configs['stock'])
    return [
        Result(
            'pipeline_vs_stock',
            f'{title}, {views} views of a clip',
            values=ratios(times['stock'], times['ours_same_work']),
            goal=10,
            configs=[config_name(shipped), stock_name],
            **common,
        ),
        Result(
            'pipeline_vs_stock_one_view',
            f'{title}, one view',
            values=ratios(times['stock_one_view'], times['ours_one_view']),
            configs=[config_name(recognition), stock_name],
            **common,
        ),
    ]


def plain(bench: Bench, cfg: Config, without: Sequence[str]) -> Config:
    """A config of ours without some transforms, packed as MMAction2 does.

    That is with a data sample each, which our pre-training does without.
    """
    cfg = bench.config(config_name(cfg))
    dataset = cfg.train_dataloader.dataset
    *steps, pack = dataset.pipeline
    dataset.pipeline = [t for t in steps if t['type'] not in without]
    dataset.pipeline.append(dict(type=pack['type']))
    return cfg


def stock_config(bench: Bench, ours: Config, views: int) -> Config:
    """The shipped ST-GCN++ config, read by MMAction2's own data set.

    Args:
        bench: Gives the config.
        ours: Whose layout, persons and frames it takes.
        views: Clips that are sampled of each.
    """
    cfg = bench.config(f'stgcnpp_{SET}')
    loader = cfg.train_dataloader
    pipeline = [
        dict(t, num_clips=views) if t['type'] == 'UniformSampleFrames' else t
        for t in loader.dataset.pipeline
    ]
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
    """How many views a training takes of each clip."""
    steps = cfg.train_dataloader.dataset.pipeline
    return max(step.get('num_clips', 1) for step in steps)


def endless_batches(bench: Bench, cfg: Config) -> Iterator[dict[str, Any]]:
    """Batches as the model takes them, epoch after epoch."""
    model: Any = bench.model(cfg)
    loader = bench.loader(cfg)
    while True:
        for data in loader:
            yield model.data_preprocessor(data, True)


def _check_shapes(batches: dict[str, dict[str, Any]], views: int) -> None:
    """Equal clips, views, persons, frames and joints on all sides."""
    shapes = {}
    for name, batch in batches.items():
        inputs = batch['inputs']
        # MMAction2's batch keeps the axis of the clips of a sample.
        if name.startswith('stock'):
            inputs = inputs.flatten(0, 1)
        clips, *rest = inputs.shape[:4]
        expected = 1 if name.endswith('one_view') else views
        shapes[name] = (clips / expected, *rest)
    if len(set(shapes.values())) > 1:
        raise BenchmarkError(
            f'the sides give batches (N, M, T, V) of {shapes}; expected equal '
            'ones, because only sides that do the same work can be compared'
        )
