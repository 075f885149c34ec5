"""Arms without a training, on real configs and few made clips."""

from pathlib import Path

import numpy as np
import pytest

from skeletonmae_plugin.evaluation.probe import knn_predict
from skeletonmae_plugin.label_efficiency import configs
from skeletonmae_plugin.label_efficiency.cells import Cell
from skeletonmae_plugin.label_efficiency.clips import read_clips
from skeletonmae_plugin.label_efficiency.frozen import (
    _loaders,
    frozen_cells,
    raw_features,
)
from skeletonmae_plugin.label_efficiency.spec import Spec

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'


@pytest.fixture(scope='module')
def spec(made_data):
    return Spec(
        ann_file=str(made_data('nwucla')),
        layout='kinect20',
        train_split='xview_train',
        test_split='xview_val',
        data='',
        in_channels=3,
        num_classes=10,
        clip_len=16,
    )


@pytest.fixture
def cfg(spec, monkeypatch):
    for name in configs.variables(spec):
        monkeypatch.setenv(name, '-')
    return configs.load_config(CONFIGS, 'scratch', spec)


@pytest.fixture(scope='module')
def train(spec):
    return read_clips(spec.ann_file, spec.layout, spec.train_split)


def run(cfg, arm, train, seed=0, fraction=1.0):
    cell = Cell(arm, fraction, seed)
    subsets = {cell: train.choose(fraction, seed)}
    ((got, result),) = frozen_cells(cfg, 'xview_train', subsets)
    assert got == cell
    return result


@pytest.mark.parametrize('arm', ['random_frozen', 'raw_knn', 'frozen_knn'])
def test_results_are_of_the_test_clips(cfg, spec, train, arm):
    result = run(cfg, arm, train)
    test = read_clips(spec.ann_file, spec.layout, spec.test_split)
    assert result.labels.tolist() == list(test.labels)
    assert set(result.predicted) <= set(train.labels)
    assert (result.choice is not None) == (arm == 'random_frozen')


def test_only_labelled_clips_are_known(cfg, train):
    ids = [i for i, y in zip(train.ids, train.labels, strict=True) if y == 3]
    subsets = {Cell('raw_knn', 0.1, 0): ids}
    ((_, result),) = frozen_cells(cfg, 'xview_train', subsets)
    assert set(result.predicted) == {3}


@pytest.mark.parametrize('arm', ['frozen_spread', 'raw_spread'])
def test_spread_labels_are_of_the_labelled_clips_alone(cfg, train, spec, arm):
    ids = [
        name
        for label in (3, 5)
        for name in [
            i
            for i, y in zip(train.ids, train.labels, strict=True)
            if y == label
        ][:2]
    ]
    subsets = {Cell(arm, 0.1, 0): ids}
    ((_, result),) = frozen_cells(cfg, spec.train_split, subsets)
    assert set(result.predicted) <= {3, 5}
    assert result.choice == 'C=0.1, fixed'


def test_random_weights_are_those_of_the_seed(cfg, train):
    first, again = (run(cfg, 'random_frozen', train) for _ in range(2))
    np.testing.assert_array_equal(first.predicted, again.predicted)


def test_raw_input_is_centred_on_the_training(cfg, spec, train):
    known, asked = (
        raw_features(loader) for loader in _loaders(cfg, 'xview_train')
    )
    # M x T x V x C of a clip
    assert known.values.shape == (len(train.ids), 1 * 16 * 20 * 3)
    mean = known.values.mean(0)
    expected = knn_predict(
        known.values - mean, known.labels, asked.values - mean
    )
    result = run(cfg, 'raw_knn', train)
    np.testing.assert_array_equal(result.predicted, expected)
