"""A shipped config, shrunk, and made data."""

import pickle
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope

ROOT = Path(__file__).resolve().parents[2]
OPTIONS = {
    'train_dataloader.num_workers': 0,
    'train_dataloader.persistent_workers': False,
    'train_dataloader.batch_size': 4,
    'train_dataloader.sampler.min_clips': None,
    'test_dataloader.num_workers': 0,
    'test_dataloader.persistent_workers': False,
    'train_cfg.max_epochs': 1,
    'default_hooks.checkpoint.interval': 1,
    'default_hooks.checkpoint.max_keep_ckpts': -1,
    'model.backbone.encoder.embed_dims': 8,
    'model.cls_head.in_channels': 8,
}


@pytest.fixture(autouse=True)
def _unformatted_configs(monkeypatch):
    """MMEngine formats the config in each of its logs, which takes longest."""
    monkeypatch.setattr(
        'mmengine.config.config.FormatCode', lambda text, **_: (text, False)
    )


@pytest.fixture
def toy(made_data, monkeypatch):
    """(file, names and labels of the training split), and ``TOY_2D`` set."""
    init_default_scope('mmaction')
    file = made_data('toy', 36)
    monkeypatch.setenv('TOY_2D', str(file))
    data = pickle.loads(file.read_bytes())
    labels = {clip['frame_dir']: clip['label'] for clip in data['annotations']}
    return file, {name: labels[name] for name in data['split']['train']}


@pytest.fixture
def labelled(toy):
    """Names of one clip a class."""
    return sorted({label: name for name, label in toy[1].items()}.values())


@pytest.fixture
def options():
    """Changes of the config that make a run short."""
    return dict(OPTIONS)


@pytest.fixture
def config(toy):
    """Path of the config, once the data are there."""
    return ROOT / 'configs' / 'strl_scratch_toy.py'


@pytest.fixture
def cfg(config, options):
    """The shrunk config."""
    cfg = Config.fromfile(config)
    cfg.merge_from_dict(options)
    return cfg


@pytest.fixture
def assert_same_weights():
    """Function that compares two checkpoints, number by number."""

    def check(first, second):
        one, other = (
            torch.load(path, weights_only=True)['state_dict']
            for path in (first, second)
        )
        for key, value in one.items():
            assert torch.equal(value, other[key]), key

    return check
