"""Clips of a test set through a model."""

from pathlib import Path

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.registry import init_default_scope

from skeletonmae_plugin.visualization.reconstruct import (
    reconstruct_clips,
    representative,
)

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'


@pytest.fixture
def load(made_data, tmp_path):
    """Function that gives a config on made data, and weights for it."""

    def make(name):
        init_default_scope('mmaction')
        cfg = Config.fromfile(CONFIGS / name)
        cfg.test_dataloader.dataset.ann_file = str(made_data('toy'))
        path = tmp_path / 'weights.pth'
        torch.save(MODELS.build(cfg.model).state_dict(), path)
        return cfg, str(path)

    return make


def test_clips_are_picked_evenly_and_rebuilt(load):
    cfg, weights = load('skeletonmae_pretrain_toy.py')
    every = list(reconstruct_clips(cfg, weights, 99))
    names = [name for name, _ in every]
    assert len(set(names)) == len(names) > 2
    few = list(reconstruct_clips(cfg, weights, 2))
    assert [name for name, _ in few] == [names[0], names[-1]]
    for (_, arrays), (_, same) in zip(few, [every[0], every[-1]], strict=True):
        assert arrays['pred'].shape == arrays['target'].shape
        assert arrays['mask'].shape == arrays['target'].shape[:-1]
        assert (arrays['mask'] & arrays['valid']).any()
        for key in arrays:
            np.testing.assert_array_equal(arrays[key], same[key])


def test_a_recogniser_rebuilds_nothing(load):
    cfg, weights = load('strl_scratch_toy.py')
    with pytest.raises(ValueError, match='reconstructs nothing'):
        next(reconstruct_clips(cfg, weights, 1))


def clip(name, error, hidden=True):
    target = np.zeros((1, 2, 3, 2))
    pred = target.copy()
    pred[..., 0] = error
    seen = np.ones((1, 2, 3), bool)
    return name, dict(target=target, pred=pred, mask=seen & hidden, valid=seen)


def test_shown_are_the_median_the_best_and_the_worst():
    clips = [clip(f'c{error}', error) for error in (4, 1, 3, 0, 2)]
    clips.insert(2, clip('shown', 9, hidden=False))
    names = [name for name, _ in representative(clips)]
    assert names == [
        'c2: median error of 5 clips',
        'c0: least error of 5 clips',
        'c4: largest error of 5 clips',
        'c1: first quartile of 5 clips',
        'c3: third quartile of 5 clips',
    ]
    ((name, arrays),) = representative(clips[:1])
    assert name == 'c4: median error of 1 clips'
    assert (arrays['pred'][..., 0] == 4).all()
    assert representative([]) == []
