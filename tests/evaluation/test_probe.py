"""Probes against scikit-learn's own neighbours and plain arithmetic."""

import builtins

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from skeletonmae_plugin.evaluation import probe
from skeletonmae_plugin.evaluation.probe import knn_predict, linear_probe


def blobs(seed, num, classes=4, dims=6, noise=1.5):
    rng = np.random.default_rng(seed)
    centres = 2 * np.random.default_rng(99).normal(size=(classes, dims))
    labels = rng.permutation(np.arange(num) % classes) * 3 + 1
    values = centres[labels // 3] + noise * rng.normal(size=(num, dims))
    return values.astype(np.float32), labels


@pytest.mark.parametrize('block', (2**24, 130))
@pytest.mark.parametrize('k', (1, 5, 20))
def test_knn_equals_sklearn(k, block, monkeypatch):
    monkeypatch.setattr(probe, '_BLOCK', block)
    train, labels = blobs(0, 60)
    test, _ = blobs(1, 37)
    other = KNeighborsClassifier(k, metric='cosine').fit(train, labels)
    shares = np.sort(other.predict_proba(test), 1)
    clear = shares[:, -1] > shares[:, -2]  # ties are broken differently
    ours = knn_predict(train, labels, test, k)
    np.testing.assert_array_equal(ours[clear], other.predict(test)[clear])
    assert clear.sum() > 25
    assert k == 1 or len(set(ours)) > 1


def test_the_nearest_breaks_ties():
    angles = np.deg2rad([0, 10, 20, 30, 40])
    train = np.stack([np.cos(angles), np.sin(angles)], 1)
    labels = [9, 2, 2, 9, 5]
    asked = train[:1]
    assert knn_predict(train, labels, asked, 3) == [2]
    assert knn_predict(train, labels, asked, 4) == [9]
    assert knn_predict(train, labels, 100 * asked, 5) == [9]  # cosine


def test_linear_probe_learns_and_tells_its_choice():
    train, labels = blobs(0, 80)
    test, truth = blobs(1, 200)
    found = linear_probe(train, labels, test, seed=0)
    assert (found.predictions == truth).mean() > 0.75
    assert found.C in probe.CANDIDATES
    assert '5-fold' in found.choice and '80 training clips' in found.choice
    again = linear_probe(train * 1000 + 5, labels, test * 1000 + 5, seed=0)
    assert again.C == found.C  # standardised
    np.testing.assert_array_equal(again.predictions, found.predictions)


def test_test_clips_choose_nothing():
    train, labels = blobs(0, 40)
    test, _ = blobs(1, 50)
    few = linear_probe(train, labels, test[:1])
    many = linear_probe(train, labels, test)
    assert few.choice == many.choice
    assert few.predictions[0] == many.predictions[0]


def test_a_class_of_one_clip_takes_the_fixed_strength():
    train, labels = blobs(0, 5)  # classes 1, 4, 7, 10 and one of them twice
    found = linear_probe(train, labels, train)
    assert found.C == probe.FALLBACK
    assert 'single training clip' in found.choice


def test_no_test_clip_gives_no_prediction():
    train, labels = blobs(0, 20)
    empty = train[:0]
    assert knn_predict(train, labels, empty).shape == (0,)
    assert linear_probe(train, labels, empty).predictions.shape == (0,)


def test_clear_errors():
    train, labels = blobs(0, 8)
    with pytest.raises(ValueError, match='k from 1 to the 8.*k=9'):
        knn_predict(train, labels, train, 9)
    with pytest.raises(ValueError, match=r'\(8, 6\), \(7,\)'):
        knn_predict(train, labels[:7], train)
    with pytest.raises(ValueError, match='two classes, got 1'):
        linear_probe(train, np.zeros(8), train)
    with pytest.raises(ValueError, match='diverged'):
        knn_predict(train, labels, train * np.nan)


def test_missing_sklearn_names_the_extra(monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.startswith('sklearn'):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, '__import__', without)
    train, labels = blobs(0, 8)
    with pytest.raises(ImportError, match=r'skeletonmae_plugin\[probe\]'):
        linear_probe(train, labels, train)
