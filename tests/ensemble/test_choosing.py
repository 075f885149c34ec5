"""Weights from other clips than those of the test."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from skeletonmae_plugin.ensemble.choosing import choose_weights, require_apart
from skeletonmae_plugin.evaluation.score_dump import make_scores


def test_no_other_weights_are_likelier(make):
    a, b = make(0, n=200, skill=1.5), make(1, n=200, skill=1.2)
    rows = np.arange(200)
    p, q = (m.values[rows, m.labels].astype(float) for m in (a, b))

    def loss(weight):
        return -np.log(weight * p + (1 - weight) * q).sum()

    wanted = minimize_scalar(loss, bounds=(0, 1), method='bounded').x
    assert 0.2 < wanted < 0.8
    found = choose_weights([a, b])
    np.testing.assert_allclose(found, [wanted, 1 - wanted], atol=1e-4)
    np.testing.assert_allclose(choose_weights([b, a]), found[::-1], atol=1e-4)


def test_a_useless_member_gets_nothing(make):
    good = make(0, n=200, skill=4)
    noise = make(1, n=200, skill=-4)
    weights = choose_weights([noise, good])
    assert weights[0] < 0.01
    assert sum(weights) == pytest.approx(1)


def test_what_is_certain_of_the_wrong_class_is_no_end(make):
    member = make(0, n=3)
    values = np.zeros((3, 7))
    values[np.arange(3), (member.labels + 1) % 7] = 1
    wrong = make_scores('w', member.ids, values, member.labels)
    np.testing.assert_allclose(choose_weights([wrong, wrong]), [0.5, 0.5])
    np.testing.assert_allclose(choose_weights([wrong, member])[1], 1)


def test_unlabelled_clips_do_not_count(make):
    members = [make(0), make(1)]
    labels = members[0].labels.copy()
    labels[::3] = -1
    part = [make_scores('x', m.ids, m.values, labels) for m in members]
    wanted = choose_weights([m.take(m.ids[labels >= 0]) for m in members])
    assert choose_weights(part) == wanted != choose_weights(members)


def test_logits_and_clips_of_the_test_are_refused(make):
    with pytest.raises(ValueError, match='1.npz: .*--softmax'):
        choose_weights([make(0), make(1, softmax=False)])
    require_apart(make(0), make(1, prefix='other'))
    other = make(1)
    with pytest.raises(ValueError, match="2 clips of 1.npz.*0.npz.*'clip000"):
        require_apart(make(0), other.take(other.ids[:2]))
