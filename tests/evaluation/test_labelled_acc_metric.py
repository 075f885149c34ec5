"""Clips without label do not count, and are told."""

import torch
from mmaction.evaluation import AccMetric

from skeletonmae_plugin.evaluation import LabelledAccMetric

METRICS = ('top_k_accuracy', 'mean_class_accuracy')


def samples(labels):
    scores = torch.rand(len(labels), 6, generator=torch.manual_seed(0))
    return [
        dict(pred_score=score)
        | ({} if label is None else dict(gt_label=torch.tensor([label])))
        for score, label in zip(scores, labels, strict=True)
    ]


def evaluate(kind, clips):
    metric = kind(METRICS)
    metric.process({}, clips[:2])
    metric.process({}, clips[2:])
    return metric.evaluate(len(clips))


def test_the_accuracy_is_that_of_the_labelled_clips(log):
    clips = samples([3, None, 1, 0, None, 5])
    labelled = [clip for clip in clips if 'gt_label' in clip]
    for clip in labelled:  # guessed are classes that are there
        clip['pred_score'][[2, 4]] = 0
    expected = evaluate(AccMetric, labelled)
    assert evaluate(LabelledAccMetric, labelled) == expected
    assert 'no label' not in log()
    assert evaluate(LabelledAccMetric, clips) == expected
    assert '2 of 6 clips have no label' in log()


def test_without_any_label_there_is_no_accuracy(log):
    assert evaluate(LabelledAccMetric, samples([None] * 3)) == {}
    assert '3 of 3 clips have no label' in log()


def test_a_class_that_is_not_there_has_no_accuracy():
    """Labels 0 0 1 1, guesses 0 2 1 1."""
    clips = samples([0, 0, 1, 1])
    for clip, guess in zip(clips, (0, 2, 1, 1), strict=True):
        clip['pred_score'] = torch.eye(6)[guess]
    assert evaluate(AccMetric, clips)['acc/mean1'] == 0.5
    assert evaluate(LabelledAccMetric, clips)['acc/mean1'] == 0.75
