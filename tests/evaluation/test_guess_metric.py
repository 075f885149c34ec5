"""Guesses are written in order, and counted."""

import json

import pytest
import torch

from skeletonmae_plugin.evaluation import GuessMetric


def sample(scores, label):
    return dict(
        pred_score=torch.tensor(scores), gt_label=torch.tensor([label])
    )


def test_guesses_are_written_in_order(tmp_path):
    metric = GuessMetric(str(tmp_path / 'new' / 'guesses.json'))
    metric.process({}, [sample([0.1, 0.9], 1), sample([0.8, 0.2], 1)])
    metric.process({}, [sample([0.7, 0.3], 0)])
    found = metric.evaluate(3)
    assert found['acc/top1'] == pytest.approx(2 / 3)
    assert found['acc/mean_class_accuracy'] == pytest.approx(0.75)
    content = json.loads((tmp_path / 'new' / 'guesses.json').read_text())
    assert content == dict(predicted=[1, 0, 0], labels=[1, 1, 0], finite=True)


def test_scores_that_are_no_numbers_are_told(tmp_path):
    metric = GuessMetric(str(tmp_path / 'guesses.json'))
    metric.process({}, [sample([float('nan'), 0.0], 1)])
    metric.evaluate(1)
    content = json.loads((tmp_path / 'guesses.json').read_text())
    assert content['finite'] is False


def test_views_that_are_not_averaged_are_refused(tmp_path):
    metric = GuessMetric(str(tmp_path / 'guesses.json'))
    with pytest.raises(ValueError, match='average_clips'):
        metric.process({}, [sample([[0.1, 0.9], [0.8, 0.2]], 1)])
