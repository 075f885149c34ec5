"""Test clips that a training has seen."""

import copy

import numpy as np
import pytest

from skeletonmae_plugin.datasets.safe_pickle import load_pickle
from skeletonmae_plugin.label_efficiency.copies import copies
from skeletonmae_plugin.skeleton_pickle import write_dataset


@pytest.fixture
def content(made_data):
    return load_pickle(made_data('sbu', 40))


def splits(content):
    split = content['split']
    return split['train1'], split['test1']


@pytest.fixture
def found(content, tmp_path):
    """Function that looks at a changed file."""

    def look(train, test):
        write_dataset(content, tmp_path / 'changed.pkl')
        return copies(str(tmp_path / 'changed.pkl'), 'sbu15', train, test)

    return look


def clip(content, name):
    (one,) = (c for c in content['annotations'] if c['frame_dir'] == name)
    return one


def test_a_sound_file_has_none(content, found):
    assert found(*splits(content)) == frozenset()


def test_a_copy_has_another_name(content, found):
    train, test = splits(content)
    source, copied = clip(content, train[0]), clip(content, test[1])
    copied['keypoint'] = copy.deepcopy(source['keypoint'])
    copied['total_frames'] = source['total_frames']
    assert found(train, test) == {test[1]}
    # Copies among the test clips alone have been trained on by nobody.
    other = clip(content, test[2])
    twin = clip(content, test[3])
    twin['keypoint'] = other['keypoint'].copy()
    twin['total_frames'] = other['total_frames']
    assert found(train, test) == {test[1]}
    copied['keypoint'] = copied['keypoint'] + np.float32(1e-3)
    assert found(train, test) == frozenset()


def test_a_clip_may_be_in_both(content, found):
    train, test = splits(content)
    assert found([*train, test[0]], test) == {test[0]}
