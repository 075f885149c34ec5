"""The file: safe to read, whole or absent, the same each time."""

import io
import pickle

import numpy as np
import pytest

from skeletonmae_plugin.toy import SETS, make_dataset, write_dataset


class Restricted(pickle.Unpickler):
    """Lets through what rebuilds numpy arrays, and nothing else."""

    def find_class(self, module, name):
        if (module.split('.')[0], name) in {
            ('numpy', '_reconstruct'),
            ('numpy', 'ndarray'),
            ('numpy', 'dtype'),
        }:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f'{module}.{name} is not allowed')


@pytest.mark.parametrize('name', SETS)
def test_file_holds_builtins_and_arrays_only(name, tmp_path):
    dataset = make_dataset(name, 12)
    write_dataset(dataset, tmp_path / 'new' / 'data.pkl')
    data = (tmp_path / 'new' / 'data.pkl').read_bytes()
    back = Restricted(io.BytesIO(data)).load()
    assert back['split'] == dataset['split']
    for got, want in zip(
        back['annotations'], dataset['annotations'], strict=True
    ):
        assert list(got) == list(want)
        np.testing.assert_array_equal(got['keypoint'], want['keypoint'])
        assert type(got['label']) is type(got['total_frames']) is int


@pytest.mark.parametrize('name', SETS)
def test_same_seed_same_bytes(name, tmp_path):
    for path, seed in (('a', 1), ('b', 1), ('c', 2)):
        write_dataset(make_dataset(name, 12, seed=seed), tmp_path / path)
    a, b, c = ((tmp_path / path).read_bytes() for path in 'abc')
    assert a == b != c


def test_failed_write_leaves_the_old_file_and_no_rest(tmp_path):
    path = tmp_path / 'data.pkl'
    path.write_text('old')
    with pytest.raises((pickle.PicklingError, AttributeError)):
        write_dataset(dict(annotations=[lambda: None]), path)
    assert path.read_text() == 'old'
    assert list(tmp_path.iterdir()) == [path]
