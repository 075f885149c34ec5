"""Frozen features: what they depend on, and what they do not."""

from pathlib import Path

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.registry import init_default_scope

from skeletonmae_plugin.evaluation.features import (
    UNLABELLED,
    Features,
    extract_features,
    pooled_features,
)
from skeletonmae_plugin.evaluation.probe_data import probe_loaders

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'
PRETRAIN = 'skeletonmae_pretrain_toy.py'
RECOGNISE = 'strl_scratch_toy.py'
STOCK = 'stgcnpp_toy.py'


@pytest.fixture
def load(made_data):
    """Function that gives a config on made data, and its model."""

    def make(name, batch_size=5):
        init_default_scope('mmaction')
        cfg = Config.fromfile(CONFIGS / name)
        for part in ('train', 'test'):
            loader = cfg[f'{part}_dataloader']
            loader.dataset.ann_file = str(made_data('toy'))
            loader.batch_size = batch_size
        torch.manual_seed(0)
        model = MODELS.build(cfg.model)
        model.init_weights()
        return cfg, model

    return make


def features(cfg, model):
    return [extract_features(model, loader) for loader in probe_loaders(cfg)]


@pytest.mark.parametrize('name', (PRETRAIN, RECOGNISE, STOCK))
def test_same_in_batches_of_any_size(load, name):
    cfg, model = load(name)
    train, test = features(cfg, model)
    assert train.values.dtype == np.float32
    assert train.values.shape == (len(train), 256 if name == STOCK else 64)
    assert len(set(train.names) & set(test.names)) == 0
    assert set(train.labels) <= set(range(12)) and len(set(train.labels)) > 1
    assert train.values.std(0).mean() > 1e-4  # clips differ
    cfg.test_dataloader.batch_size = 2
    again = features(cfg, model)[0]
    assert again.names == train.names
    np.testing.assert_allclose(again.values, train.values, 1e-4, 1e-5)


@pytest.mark.parametrize('name', (PRETRAIN, RECOGNISE))
def test_absent_persons_change_nothing(load, name):
    model = load(name)[1].eval()
    torch.manual_seed(1)
    x = torch.randn(2, 1, 32, 17, 2)
    valid = torch.rand(2, 1, 32, 17) < 0.9
    with torch.no_grad():
        alone = pooled_features(model.backbone, x, valid)
        padded = pooled_features(
            model.backbone,
            torch.cat([x, torch.full_like(x, 7.0)], 1),
            torch.cat([valid, torch.zeros_like(valid)], 1),
        )
    torch.testing.assert_close(padded, alone)


def test_pooled_and_kept_persons_give_the_same(load):
    model = load(RECOGNISE)[1].eval()
    torch.manual_seed(1)
    x = torch.randn(3, 2, 32, 17, 2)
    valid = torch.ones(x.shape[:-1], dtype=torch.bool)
    valid[0, 1] = False
    with torch.no_grad():
        pooled = pooled_features(model.backbone, x, valid)
        model.backbone.pool_persons = False
        kept = pooled_features(model.backbone, x, valid)
    torch.testing.assert_close(pooled, kept)


def test_nothing_is_hidden(load):
    cfg, model = load(PRETRAIN)
    plain = features(cfg, model)[1]
    for step in cfg.test_dataloader.dataset.pipeline:
        if step.type == 'MaskSkeletonParts':
            step.num_masked_parts = 4
    assert features(cfg, model)[1].values == pytest.approx(plain.values)


def test_clips_of_a_sample_are_averaged(load):
    cfg, model = load(RECOGNISE)
    (_, loader) = probe_loaders(cfg)
    batch = next(iter(loader))
    double = dict(batch)
    other = batch['inputs'] + 1
    both = torch.stack([batch['inputs'], other], 1).flatten(0, 1)
    double['inputs'] = both
    double['valid'] = batch['valid'].repeat_interleave(2, 0)
    got = extract_features(model, [double]).values
    each = [
        extract_features(model, [{**batch, 'inputs': inputs}]).values
        for inputs in (batch['inputs'], other)
    ]
    assert got == pytest.approx((each[0] + each[1]) / 2, abs=1e-5)


def test_the_model_is_left_as_it_was(load):
    cfg, model = load(PRETRAIN)
    model.train()
    model.neck.eval()
    before = {k: v.clone() for k, v in model.state_dict().items()}
    extract_features(model, probe_loaders(cfg)[0])
    assert model.training and model.backbone.training
    assert not any(m.training for m in model.neck.modules())
    for key, value in model.state_dict().items():
        assert torch.equal(value, before[key])


def test_unlabelled_clips_are_told_apart():
    labels = np.array([2, UNLABELLED, 0])
    some = Features(['a', 'b', 'c'], labels, np.eye(3, dtype=np.float32))
    kept = some.labelled()
    assert kept.names == ['a', 'c'] and kept.labels.tolist() == [2, 0]
    assert kept.values.tolist() == [[1, 0, 0], [0, 0, 1]]


def test_clear_errors(load):
    cfg, model = load(RECOGNISE)
    with pytest.raises(ValueError, match='empty loader'):
        extract_features(model, [])
    batch = next(iter(probe_loaders(cfg)[0]))
    del batch['data_samples']
    with pytest.raises(ValueError, match='data_samples=True'):
        extract_features(model, [batch])
