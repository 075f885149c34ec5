import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skeletonmae_plugin.self_training import spreading
from skeletonmae_plugin.self_training.spreading import spread_labels


def blobs(num_clips=60, num_classes=3, apart=3.0, known=2, seed=0):
    """(features, true classes, labels of which few are given)."""
    rng = np.random.default_rng(seed)
    truth = np.arange(num_clips) % num_classes
    centres = apart * rng.normal(size=(num_classes, 8))
    values = centres[truth] + rng.normal(size=(num_clips, 8))
    labels = np.full(num_clips, -1)
    labels[: known * num_classes] = truth[: known * num_classes]
    return values.astype(np.float32), truth, labels


def by_loops(values, labels, num_classes, neighbours, temperature, alpha):
    """The published closed form, clip by clip."""
    n = len(values)
    z = (values - values.mean(0)) / values.std(0)
    z = z / np.linalg.norm(z, axis=1, keepdims=True)
    weight = np.zeros((n, n))
    for i in range(n):
        others = sorted(
            (j for j in range(n) if j != i), key=lambda j: -z[i] @ z[j]
        )
        for j in others[:neighbours]:
            weight[i, j] = math.exp((z[i] @ z[j] - 1) / temperature)
            weight[j, i] = weight[i, j]
    degree = weight.sum(1)
    scaled = np.array(
        [
            [weight[i, j] / math.sqrt(degree[i] * degree[j]) for j in range(n)]
            for i in range(n)
        ]
    )
    start = np.zeros((n, num_classes))
    for i in np.flatnonzero(labels >= 0):
        start[i, labels[i]] = 1
    return np.linalg.solve(np.eye(n) - alpha * scaled, (1 - alpha) * start)


@pytest.mark.parametrize('alpha', [0.5, 0.9, 0.99])
def test_labels_spread_as_published(alpha):
    values, _, labels = blobs(seed=1)
    found = spread_labels(values, labels, 3, 4, 0.2, alpha)
    expected = by_loops(values.astype(np.float64), labels, 3, 4, 0.2, alpha)
    expected /= expected.sum(1, keepdims=True)
    rest = labels < 0
    np.testing.assert_allclose(found[rest], expected[rest], atol=1e-4)


def test_blocks_give_what_the_whole_gives(monkeypatch):
    values, _, labels = blobs()
    whole = spread_labels(values, labels, 3)
    monkeypatch.setattr(spreading, '_BLOCK', 7 * len(values))
    np.testing.assert_allclose(
        spread_labels(values, labels, 3), whole, rtol=1e-5, atol=1e-12
    )


def test_two_moons_are_told_apart_where_the_nearest_label_is_wrong():
    rng = np.random.default_rng(0)
    angle = np.linspace(0, np.pi, 100)
    upper = np.stack([np.cos(angle), np.sin(angle)], 1)
    lower = np.stack([1 - np.cos(angle), 0.4 - np.sin(angle)], 1)
    # On a sphere, so that the cosine tells places apart.
    flat = np.concatenate([upper, lower]) + rng.normal(0, 0.02, (200, 2))
    flat = (flat - flat.mean(0)) / flat.std(0)
    values = np.concatenate([flat, np.full((200, 1), 1.0)], 1)
    values = np.concatenate([values, -values])  # keeps the third axis
    truth = np.arange(400) // 100
    labels = np.full(400, -1)
    labels[[0, 100, 200, 300]] = range(4)  # an end of each
    scores = spread_labels(values.astype(np.float32), labels, 4, 5, 0.01, 0.99)
    unit = values / np.linalg.norm(values, axis=1, keepdims=True)
    nearest = (unit @ unit[labels >= 0].T).argmax(1)
    assert (scores.argmax(1) == truth).mean() == 1
    assert (nearest == truth).mean() < 0.9


@settings(max_examples=25)
@given(
    num_clips=st.integers(8, 40),
    num_classes=st.integers(2, 4),
    neighbours=st.integers(1, 50),
    seed=st.integers(0, 99),
)
def test_probabilities_whatever_the_order(
    num_clips, num_classes, neighbours, seed
):
    values, _, labels = blobs(num_clips, num_classes, known=1, seed=seed)
    scores = spread_labels(values, labels, num_classes, neighbours)
    assert scores.shape == (num_clips, num_classes)
    known = labels >= 0
    assert (scores[known] == np.eye(num_classes)[labels[known]]).all()
    total = scores.sum(1)
    assert ((scores >= 0) & (scores <= 1 + 1e-9)).all()
    assert (np.isclose(total, 1) | (total == 0)).all()
    # Another order, another scale of a feature: the same answer.
    order = np.random.default_rng(seed).permutation(num_clips)
    moved = (values * 2.0 + 1)[order]
    np.testing.assert_allclose(
        spread_labels(moved, labels[order], num_classes, neighbours),
        scores[order],
        rtol=1e-3,
        atol=1e-3,
    )


def test_a_rare_class_keeps_its_size():
    rng = np.random.default_rng(0)
    truth = np.repeat([0, 1], [180, 20])
    values = rng.normal(size=(200, 8))
    values[:, 0] += 9 * truth
    labels = np.full(200, -1)
    labels[[0, 180]] = 0, 1  # as many of either
    scores = spread_labels(values.astype(np.float32), labels, 2)
    assert (scores.argmax(1) == truth).mean() > 0.97


def test_what_no_label_reaches_stays_without():
    near, far = np.eye(2, 5, 0), np.eye(2, 5, 3)
    rng = np.random.default_rng(0)
    values = np.concatenate(
        [np.repeat(part[:1] + part[1:], 6, 0) for part in (near, far)]
    ) + rng.normal(0, 0.01, (12, 5))
    labels = np.full(12, -1)
    labels[0], labels[1] = 0, 1
    scores = spread_labels(values.astype(np.float32), labels, 2, neighbours=3)
    assert (scores[:6].sum(1) > 0.99).all() and (scores[6:] == 0).all()


@pytest.mark.parametrize(
    ('changes', 'message'),
    [
        (dict(alpha=1.0), r'expected alpha in \(0, 1\)'),
        (dict(temperature=0.0), 'temperature above 0'),
        (dict(neighbours=0), 'neighbours of at least 1'),
        (dict(labels=np.full(60, -1)), 'expected labelled clips'),
        (dict(labels=np.full(60, 3)), 'labels below the 3 classes, got 3'),
        (dict(values=np.full((60, 8), np.nan, np.float32)), 'diverged'),
    ],
)
def test_what_cannot_be_spread(changes, message):
    values, _, labels = blobs()
    given = dict(values=values, labels=labels, num_classes=3)
    with pytest.raises(ValueError, match=message):
        spread_labels(**{**given, **changes})
