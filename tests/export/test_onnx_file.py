"""An ONNX file gives the scores of its model, whoever is there."""

from pathlib import Path

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.registry import init_default_scope

from skeletonmae_plugin.export.onnx_file import (
    open_session,
    run_session,
    to_onnx,
)
from skeletonmae_plugin.export.scorer import Clips, Scorer


def make_clips(num_clips=5, num_person=2):
    """Some joints unseen, a person absent, a clip without anybody."""
    valid = torch.rand(num_clips, num_person, 8, 17) > 0.1
    valid[1, -1] = False
    valid[2] = False
    x = torch.randn(*valid.shape, 2)
    return Clips(x * valid[..., None], valid)


def make_scorer(type='STRLRecognizer', backbone='STRL', **options):
    init_default_scope('mmaction')
    torch.manual_seed(0)
    encoder = dict(
        type='SkeletonMAE',
        embed_dims=16,
        streams=['coordinate', 'velocity', 'bone', 'centred'],
        **options.pop('encoder', {}),
    )
    inner = (
        dict(encoder, **options)
        if backbone == 'SkeletonMAE'
        else dict(type='STRL', encoder=encoder, clip_len=8, **options)
    )
    model = MODELS.build(
        dict(
            type=type,
            backbone=inner,
            cls_head=dict(type='GCNHead', num_classes=5, in_channels=16),
        )
    )
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm1d):
            module.running_mean.normal_(std=0.3)
            module.running_var.uniform_(0.5, 2)
    return Scorer(model)


def check_scores(scorer):
    """The scores of the file are those of the model, clip by clip."""
    clips = make_clips()
    session = open_session(to_onnx(scorer, clips))
    # PyTorch after the export: it leaves nothing behind.
    with torch.no_grad():
        expected = scorer(*clips).numpy()
    for count in (1, 3, 5):
        some = Clips(*(x[:count] for x in clips))
        found = run_session(session, some)
        np.testing.assert_allclose(found, expected[:count], atol=1e-5)
    assert expected.std(0).min() > 1e-4  # clips differ at all


VARIANTS = dict(
    default=dict(),
    shipped=dict(
        num_layers=1,
        pooling='none',
        temporal_pooling=False,
        encoder=dict(
            patch_size=4,
            conv=dict(type='gin', num_heads=4, learnable_adjacency=True),
        ),
    ),
    two_encoders=dict(
        num_layers=1, num_encoders=2, pool_norm=False, fusion='concat'
    ),
    strides=dict(strides=(1, 2, 2), pooling='mean'),
    gcn=dict(num_layers=1, encoder=dict(conv='gcn')),
    gat=dict(num_layers=1, encoder=dict(conv='gat')),
    encoder_alone=dict(backbone='SkeletonMAE'),
)


@pytest.mark.parametrize(
    'name',
    [
        name
        if name == 'two_encoders'
        else pytest.param(name, marks=pytest.mark.slow)
        for name in VARIANTS
    ],
)
def test_scores_are_the_same_for_any_number_of_clips(name):
    check_scores(make_scorer(**VARIANTS[name]))


PROJECTS = Path(__file__).parents[2] / 'projects'
# Of the projects, narrow.
STOCK = dict(
    graph=dict(
        type='InputMaskedBackbone',
        pool_persons=True,
        backbone=dict(
            Config.fromfile(PROJECTS / '_base_' / 'stgcn.py').stock,
            in_channels=2,
            base_channels=8,
            graph_cfg=dict(layout='coco', mode='spatial'),
        ),
    ),
    heat_maps=Config.fromfile(
        PROJECTS / 'fusion_posec3d' / 'configs' / '_base_' / 'posec3d.py'
    ).posec3d,
)
STOCK['heat_maps'].backbone.base_channels = 4
CHANNELS = dict(graph=32, heat_maps=64)


@pytest.mark.slow
@pytest.mark.parametrize('name', STOCK)
def test_networks_of_mmaction2_behind_ours(name):
    init_default_scope('mmaction')
    torch.manual_seed(0)
    head = dict(type='GCNHead', num_classes=5, in_channels=CHANNELS[name])
    scorer = Scorer(
        MODELS.build(
            dict(type='STRLRecognizer', backbone=STOCK[name], cls_head=head)
        )
    )
    check_scores(scorer)


@pytest.mark.slow
def test_a_stock_recognizer_knows_persons_by_their_zeros():
    """Its one input has zeros in the place of an absent person."""
    scorer = make_scorer('RecognizerGCN', num_layers=1)
    scorer_of_ours = make_scorer(num_layers=1)
    clips = make_clips()
    x = clips.keypoint
    session = open_session(to_onnx(scorer, Clips(x)))
    assert [each.name for each in session.get_inputs()] == ['keypoint']
    with torch.no_grad():
        expected = scorer(x)
        there = (x != 0).flatten(2).any(-1)[..., None, None]
        as_ours = scorer_of_ours(x, there.expand(x.shape[:-1]))
    found = run_session(session, Clips(x))
    np.testing.assert_allclose(found, expected.numpy(), atol=1e-5)
    torch.testing.assert_close(expected, as_ours)


def test_a_file_is_little_more_than_its_weights():
    scorer = make_scorer(num_layers=1)
    size = sum(p.numel() for p in scorer.parameters()) * 4
    content = to_onnx(scorer, make_clips())
    assert size < len(content) < size + 40_000
    assert b'skeletonmae_plugin' not in content  # no path of this machine
