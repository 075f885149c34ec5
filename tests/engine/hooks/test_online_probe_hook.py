"""The online probe looks on, and touches nothing."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.runner import Runner

from skeletonmae_plugin.engine.hooks import OnlineProbeHook
from skeletonmae_plugin.engine.hooks import online_probe_hook as module
from skeletonmae_plugin.evaluation import (
    extract_features,
    knn_predict,
    probe_loaders,
)

CONFIGS = Path(__file__).resolve().parents[3] / 'configs'


@pytest.fixture
def train(made_data, tmp_path):
    """Function that pre-trains a little and gives runner and log."""

    def run(name, **hook):
        cfg = Config.fromfile(CONFIGS / 'skeletonmae_pretrain_toy.py')
        for part in ('train', 'val', 'test'):
            loader = cfg[f'{part}_dataloader']
            loader.dataset.ann_file = str(made_data('toy'))
            loader.update(num_workers=0, persistent_workers=False)
            loader.batch_size = 4
        cfg.train_dataloader.sampler.min_clips = None
        cfg.train_cfg.update(max_epochs=2, val_interval=5)
        cfg.default_hooks.logger.interval = 1
        cfg.default_hooks.checkpoint.interval = -1
        cfg.visualizer.vis_backends = [dict(type='LocalVisBackend')]
        cfg.randomness = dict(seed=3)
        cfg.work_dir = str(tmp_path / name)
        cfg.experiment_name = f'{tmp_path.name}_{name}'
        if hook:
            cfg.default_hooks.probe = dict(type='OnlineProbeHook', **hook)
        runner = Runner.from_cfg(cfg)
        runner.train()
        (file,) = (tmp_path / name).glob('*/vis_data/scalars.json')
        rows = [json.loads(line) for line in file.read_text().splitlines()]
        return runner, rows

    return run


def test_training_is_the_same_with_it(train):
    without, plain_rows = train('plain')
    states = torch.get_rng_state(), np.random.get_state()[1]
    runner, rows = train('probed', interval=1, linear=True)
    losses, plain = (
        [row['loss'] for row in log if 'loss' in row]
        for log in (rows, plain_rows)
    )
    assert losses == plain and len(losses) == 8
    weights = without.model.state_dict()
    for key, value in runner.model.state_dict().items():
        assert torch.equal(value, weights[key]), key
    for ours, other in zip(
        runner.model.modules(), without.model.modules(), strict=True
    ):
        assert ours.training == other.training
    # Our own parts draw from generators of their own; others may not.
    assert torch.equal(torch.get_rng_state(), states[0])
    np.testing.assert_array_equal(np.random.get_state()[1], states[1])


def test_logged_where_due(train):
    runner, rows = train('probed', interval=2, k=1)
    probes = [row for row in rows if 'probe/knn1' in row]
    assert [row['step'] for row in probes] == [8]  # 2 epochs of 4 steps
    value = probes[0]['probe/knn1']
    assert runner.message_hub.get_scalar('probe/knn1').current() == value
    sets = [
        extract_features(runner.model, loader)
        for loader in probe_loaders(runner.cfg)
    ]
    predictions = knn_predict(sets[0].values, sets[0].labels, sets[1].values)
    assert value == (predictions == sets[1].labels).mean()
    assert not any('probe/linear' in row for row in rows)


def test_warns_once_without_labels(train, monkeypatch):
    real = module.extract_features

    def unlabelled(model, loader):
        found = real(model, loader)
        found.labels[:] = -1
        return found

    monkeypatch.setattr(module, 'extract_features', unlabelled)
    messages = []
    monkeypatch.setattr(
        module, 'print_log', lambda text, **_: messages.append(text)
    )
    _, rows = train('probed', interval=1)
    assert len(messages) == 1
    assert 'got 0 for training and 0 for test' in messages[0]
    assert not any('probe/knn1' in row for row in rows)


def test_clear_errors():
    with pytest.raises(ValueError, match='interval=0'):
        OnlineProbeHook(interval=0)

    class FakeRunner:
        cfg = Config(dict(train_dataloader=dict(batch_size=1)))

    with pytest.raises(ValueError, match='expects test_dataloader in the'):
        OnlineProbeHook().before_train(FakeRunner)
