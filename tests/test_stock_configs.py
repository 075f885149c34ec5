"""ST-GCN++ gets from the shared pipelines what its own text gave it."""

from pathlib import Path

import numpy as np
import pytest
import torch
from mmaction.registry import DATASETS, MODELS
from mmengine.config import Config
from mmengine.registry import init_default_scope

CONFIGS = Path(__file__).resolve().parents[1] / 'configs'
NTU = ('ntu60', 'ntu60_3d', 'ntu120', 'ntu120_3d')
SETS = (
    *NTU,
    'finegym',
    'diving48',
    'jhmdb',
    'nwucla',
    'sbu',
    'routine16',
    'toy',
)


@pytest.fixture(autouse=True)
def scope() -> None:
    init_default_scope('mmaction')


def written_out(name: str, test: bool) -> list[dict]:
    """The pipeline of a set with every fact in it, as it was once."""
    layout, persons, frames = dict(
        jhmdb=('jhmdb15', 1, 32),
        nwucla=('kinect20', 1, 32),
        sbu=('sbu15', 2, 32),
        routine16=('coco', 1, 64),
        ntu60=('coco', 2, 100),
        ntu60_3d=('nturgb+d', 2, 100),
        ntu120=('coco', 2, 100),
        ntu120_3d=('nturgb+d', 2, 100),
        finegym=('coco', 1, 64),
        diving48=('coco', 1, 64),
        toy=('coco', 2, 32),
    )[name]
    in_space = name in ('nwucla', 'sbu', 'ntu60_3d', 'ntu120_3d')
    flat = {} if in_space else dict(dataset='coco')
    if layout == 'coco':
        head = [dict(type='PreNormalize2D')]
    else:
        head = [
            dict(type='LoadSkeleton', layout=layout),
            dict(type='RankPersons', num_person=persons),
            dict(type='NormalizeSkeleton', layout=layout)
            if layout != 'nturgb+d'
            else dict(type='PreNormalize3D'),
        ]
    more = dict(num_clips=1, test_mode=True) if test else {}
    return [
        *head,
        dict(type='GenSkeFeat', feats=['j'], **flat),
        dict(type='UniformSampleFrames', clip_len=frames, **more),
        dict(type='PoseDecode'),
        dict(type='FormatGCNInput', num_person=persons),
        dict(type='PackActionInputs', meta_keys=('frame_dir',)),
    ]


def inputs(dataset) -> torch.Tensor:
    """Some clips after the pipeline, with stock randomness fixed."""
    np.random.seed(3)
    return torch.stack([dataset[i]['inputs'] for i in range(3)])


@pytest.mark.parametrize('name', SETS)
@pytest.mark.parametrize('part', ['train', 'test'])
def test_clips_are_those_of_the_pipeline_written_out(made_data, name, part):
    cfg = Config.fromfile(CONFIGS / f'stgcnpp_{name}.py')
    shipped = cfg[f'{part}_dataloader'].dataset
    shipped.update(ann_file=str(made_data(name)), split=None)
    before = dict(
        type='SkeletonDataset',
        ann_file=shipped.ann_file,
        layout=cfg.layout,
        test_mode=part == 'test',
        pipeline=written_out(name, part == 'test'),
    )
    ours, theirs = (inputs(DATASETS.build(c)) for c in (shipped, before))
    assert ours.shape[-1] == 3 and ours.std() > 0
    assert torch.equal(ours, theirs)


# Joints and centre as the configs once gave them in lists.
@pytest.mark.parametrize(
    'name, joints, center, classes',
    [('nwucla', 20, 2, 10), ('jhmdb', 15, 0, 14), ('toy', 17, 0, 12)],
)
def test_the_network_is_that_of_joint_lists(name, joints, center, classes):
    cfg = Config.fromfile(CONFIGS / f'stgcnpp_{name}.py')
    # A graph of as many joints has as many parameters, whatever its bones.
    chain = [(v, v - 1) for v in range(1, joints)]
    layout = dict(num_node=joints, inward=chain, center=center)
    stock = MODELS.build(
        dict(
            type='STGCN',
            in_channels=3,
            gcn_adaptive='init',
            gcn_with_res=True,
            tcn_type='mstcn',
            graph_cfg=dict(layout=layout, mode='spatial'),
        )
    )
    model = MODELS.build(cfg.model)
    ours, theirs = (
        {name: tuple(value.shape) for name, value in net.state_dict().items()}
        for net in (model.backbone, stock)
    )
    assert ours == theirs and type(model.backbone) is type(stock)
    assert model.cls_head.num_classes == classes
