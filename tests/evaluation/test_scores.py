import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from mmaction.evaluation import top_k_accuracy

from skeletonmae_plugin.evaluation.scores import accuracies, top_k_hits


def test_rare_classes_weigh_as_much_in_the_mean():
    labels = np.array([0, 0, 0, 0, 3, 3])
    predictions = np.array([0, 0, 0, 1, 3, 0])
    got = accuracies(predictions, labels)
    assert got['top1'] == pytest.approx(4 / 6)
    assert got['mean_class_accuracy'] == pytest.approx((0.75 + 0.5) / 2)


@given(st.data())
def test_top_k_agrees_with_a_sorted_list(data):
    num_classes = data.draw(st.integers(1, 7))
    scores = data.draw(
        arrays(np.float32, (5, num_classes), elements=st.integers(0, 3))
    )
    labels = data.draw(
        arrays(np.int64, 5, elements=st.integers(0, num_classes - 1))
    )
    for k in (1, 3, 5):
        wanted = [
            label in sorted(range(num_classes), key=lambda c: -row[c])[:k]
            for row, label in zip(scores.tolist(), labels, strict=True)
        ]
        assert top_k_hits(scores, labels, k).tolist() == wanted
    one = top_k_hits(scores, labels)
    np.testing.assert_array_equal(one, scores.argmax(1) == labels)


def test_top_k_agrees_with_mmaction():
    rng = np.random.default_rng(0)
    scores, labels = rng.random((50, 9)), rng.integers(9, size=50)
    for k in (1, 5):
        (wanted,) = top_k_accuracy(scores, labels, (k,))
        assert top_k_hits(scores, labels, k).mean() == pytest.approx(wanted)
