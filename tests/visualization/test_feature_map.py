"""Maps of features."""

import io

import numpy as np
import pytest

from skeletonmae_plugin.visualization import feature_map
from skeletonmae_plugin.visualization.feature_map import (
    METHODS,
    draw_feature_map,
    project,
)


def make_groups(num=20):
    rng = np.random.default_rng(0)
    values = rng.normal(size=(3 * num, 8)).astype(np.float32)
    labels = np.repeat([0, 2, 5], num)
    values[:, :3] += 12 * np.eye(3)[np.repeat(range(3), num)]
    return values, labels


@pytest.mark.parametrize('method', METHODS)
def test_like_clips_lie_together(method):
    values, labels = make_groups()
    places = project(values, method)
    assert places.shape == (60, 2)
    distance = np.linalg.norm(places[:, None] - places, axis=-1)
    np.fill_diagonal(distance, np.inf)
    assert (labels[distance.argmin(1)] == labels).mean() > 0.95


def test_every_class_is_named_and_every_clip_shown():
    values, labels = make_groups()
    classes = ['a', 'b', 'c', 'd', 'e', 'f']
    fig = draw_feature_map(values, labels, classes, 'pca', 'title')
    odd = ['$1_and_$2'] * 6  # no formula
    save = draw_feature_map(values, labels, odd, 'pca', odd[0]).savefig
    save(io.BytesIO(), format='png')
    (ax,) = fig.axes
    assert sum(len(dots.get_offsets()) for dots in ax.collections) == 60
    (legend,) = fig.legends
    assert [t.get_text() for t in legend.get_texts()] == ['a', 'c', 'f']
    assert ax.get_title(loc='left') == 'title'
    numbers = draw_feature_map(values, labels, method='pca')
    texts = numbers.legends[0].get_texts()
    assert [t.get_text() for t in texts] == ['0', '2', '5']


def test_too_many_clips_are_thinned_and_that_is_said(monkeypatch):
    monkeypatch.setattr(feature_map, '_MOST', 30)
    fig = draw_feature_map(*make_groups(), method='pca', title='test')
    (ax,) = fig.axes
    assert sum(len(dots.get_offsets()) for dots in ax.collections) == 30
    assert '30 of 60 clips' in ax.get_title(loc='left')


def test_clear_errors():
    values, _ = make_groups()
    with pytest.raises(ValueError, match="'umap'"):
        project(values, 'umap')
    with pytest.raises(ValueError, match='got 2 with 8'):
        project(values[:2])
