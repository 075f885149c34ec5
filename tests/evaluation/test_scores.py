import numpy as np
import pytest

from skeletonmae_plugin.evaluation.scores import accuracies


def test_rare_classes_weigh_as_much_in_the_mean():
    labels = np.array([0, 0, 0, 0, 3, 3])
    predictions = np.array([0, 0, 0, 1, 3, 0])
    got = accuracies(predictions, labels)
    assert got['top1'] == pytest.approx(4 / 6)
    assert got['mean_class_accuracy'] == pytest.approx((0.75 + 0.5) / 2)
