"""A training that is broken off goes on, whatever it began with."""

import shutil
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope

from skeletonmae_plugin.label_efficiency import configs
from skeletonmae_plugin.label_efficiency.training import train

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def cfg(made_data, monkeypatch):
    """A shipped config, shrunk."""
    # MMEngine formats the config in each of its logs, which takes longest.
    monkeypatch.setattr(
        'mmengine.config.config.FormatCode', lambda text, **_: (text, False)
    )
    monkeypatch.setenv('TOY_2D', str(made_data('toy', 36)))
    init_default_scope('mmaction')
    cfg = Config.fromfile(ROOT / 'configs' / 'strl_scratch_toy.py')
    configs.prepare(cfg)
    configs.save_often(cfg)
    cfg.merge_from_dict(
        {
            'train_cfg.max_epochs': 2,
            'train_dataloader.sampler.min_clips': None,
            'model.backbone.encoder.embed_dims': 8,
            'model.cls_head.in_channels': 8,
        }
    )
    return cfg


def test_it_goes_on_from_its_own_checkpoint(cfg, tmp_path):
    other, broken = tmp_path / 'other', tmp_path / 'broken'
    last = train(cfg, other, seed=3)
    broken.mkdir()
    shutil.copy(other / 'epoch_1.pth', broken)
    (broken / 'last_checkpoint').write_text(str(broken / 'epoch_1.pth'))
    # Where a start would begin. Resumed from there nothing would be trained.
    cfg.load_from = str(other / 'epoch_2.pth')
    resumed = train(cfg, broken, seed=3)
    assert resumed == broken / 'epoch_2.pth'
    one, two = (
        torch.load(path, weights_only=True)['state_dict']
        for path in (last, resumed)
    )
    for key, value in one.items():
        assert torch.equal(value, two[key]), key
