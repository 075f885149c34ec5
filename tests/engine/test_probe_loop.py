"""``mim test`` with probes in the place of predictions."""

import json
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.runner import Runner

from skeletonmae_plugin.evaluation.probe_report import (
    load_model,
    probe_features,
    run_probes,
)

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'


@pytest.fixture
def test(made_data, tmp_path):
    """Function that tests a config with random weights by ProbeLoop."""

    def run(name, evaluator=None):
        cfg = Config.fromfile(CONFIGS / name)
        for part in ('train', 'val', 'test'):
            loader = cfg[f'{part}_dataloader']
            loader.dataset.ann_file = str(made_data('toy', 48))
        options = {'test_cfg.type': 'ProbeLoop'}
        if evaluator is not None:
            options['test_evaluator._delete_'] = True
            for key, value in evaluator.items():
                options[f'test_evaluator.{key}'] = value
        cfg.merge_from_dict(options)
        cfg.work_dir = str(tmp_path)
        cfg.experiment_name = tmp_path.name
        cfg.visualizer.vis_backends = [dict(type='LocalVisBackend')]
        torch.manual_seed(0)
        model = load_model(cfg, 'none')
        cfg.load_from = str(tmp_path / 'weights.pth')
        torch.save(model.state_dict(), cfg.load_from)
        return Runner.from_cfg(cfg).test(), cfg, model

    return run


@pytest.mark.parametrize(
    'name', ('skeletonmae_pretrain_toy.py', 'strl_scratch_toy.py')
)
def test_it_gives_what_the_tool_gives(test, name, tmp_path):
    metrics, cfg, model = test(name)
    report = run_probes(*probe_features(cfg, model)[:2])
    assert len(report.rows) == 4  # 32 training clips
    keys = ('knn1', 'knn5', 'knn20', 'linear')
    for key, row in zip(keys, report.rows, strict=True):
        for measure in ('top1', 'mean_class_accuracy'):
            assert metrics[f'{key}/{measure}'] == row[measure]
    (file,) = tmp_path.glob('*/*.json')
    assert json.loads(file.read_text()) == metrics


def test_a_probe_of_ones_own_choice(test):
    every, *_ = test('strl_scratch_toy.py')
    metrics, *_ = test('strl_scratch_toy.py', dict(type='KNNMetric', k=5))
    assert metrics == {k: v for k, v in every.items() if 'knn5/' in k}
    assert len(metrics) == 2
