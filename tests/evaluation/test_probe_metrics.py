"""Probes through MMEngine's evaluator."""

import numpy as np
import pytest
from mmaction.registry import METRICS
from mmengine.evaluator import Evaluator

from skeletonmae_plugin.evaluation import (
    KNNMetric,
    LinearProbeMetric,
    knn_predict,
    linear_probe,
)
from skeletonmae_plugin.evaluation.features import UNLABELLED


def make_samples(seed=0):
    rng = np.random.default_rng(seed)
    samples = []
    for i in range(50):
        label = i % 3
        feature = rng.normal(size=4).astype(np.float32)
        feature[label] += 2
        samples.append(dict(feature=feature, label=label, training=i < 30))
    return samples


def run(metric, samples):
    evaluator = Evaluator(metric)
    for sample in samples:
        evaluator.process([sample])
    return evaluator.evaluate(len(samples))


def arrays(samples):
    parts = [[s for s in samples if s['training'] is t] for t in (True, False)]
    train, test = (np.stack([s['feature'] for s in p]) for p in parts)
    labels, truth = (np.array([s['label'] for s in p]) for p in parts)
    return train, labels, test, truth


@pytest.mark.parametrize('k', (1, 5))
def test_neighbours(k):
    samples = make_samples()
    *sets, truth = arrays(samples)
    right = knn_predict(*sets, k) == truth
    got = run(KNNMetric(k), samples)
    assert got[f'knn{k}/top1'] == pytest.approx(right.mean())
    assert 0.4 < right.mean() < 1
    per_class = [right[truth == c].mean() for c in range(3)]
    mean = got[f'knn{k}/mean_class_accuracy']
    assert mean == pytest.approx(np.mean(per_class))


def test_linear():
    samples = make_samples()
    *sets, truth = arrays(samples)
    right = linear_probe(*sets).predictions == truth
    got = run(LinearProbeMetric(), samples)
    assert got['linear/top1'] == pytest.approx(right.mean())


def test_the_order_and_unlabelled_clips_change_nothing():
    samples = make_samples()
    got = run(KNNMetric(), samples)
    unlabelled = [
        dict(s, label=UNLABELLED, feature=s['feature'] + 9) for s in samples
    ]
    mixed = [*unlabelled, *samples[::-1]]
    assert run(KNNMetric(), mixed) == got


def test_ranks_share_the_work():
    samples = make_samples()
    ranks = [KNNMetric(), KNNMetric()]
    for i, sample in enumerate(samples):
        ranks[i % 2].process(None, [sample])
    merged = ranks[0].compute_metrics(ranks[0].results + ranks[1].results)
    assert merged == run(KNNMetric(), samples)


def test_registered_and_clear_errors():
    assert METRICS.get('KNNMetric') is KNNMetric
    assert METRICS.get('LinearProbeMetric') is LinearProbeMetric
    with pytest.raises(KeyError, match='test_cfg.type=ProbeLoop'):
        run(KNNMetric(), [dict(pred_label=3)])
    learn = [s for s in make_samples() if s['training']]
    with pytest.raises(ValueError, match='got 30 and 0'):
        run(KNNMetric(), learn)
