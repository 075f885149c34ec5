import collections
import os
import pickle

import numpy as np
import pytest

from skeletonmae_plugin.datasets.safe_pickle import load_pickle


def write(path, data, protocol=pickle.HIGHEST_PROTOCOL):
    path.write_bytes(pickle.dumps(data, protocol))
    return path


def with_names_of_numpy_1(raw):
    """A pickle as numpy 1 would have written it."""
    length = len(raw)
    for tail, old, new in (
        (b'multiarray', b'\x16', b'\x15'),
        (b'numeric', b'\x13', b'\x12'),
    ):
        raw = raw.replace(
            old + b'numpy._core.' + tail, new + b'numpy.core.' + tail
        )
    raw = raw.replace(b'cnumpy._core.', b'cnumpy.core.')
    assert b'_core' not in raw and len(raw) < length
    if raw[2:3] == b'\x95':  # protocol 4 and 5 tell the length of a frame
        size = int.from_bytes(raw[3:11], 'little') + len(raw) - length
        raw = raw[:3] + size.to_bytes(8, 'little') + raw[11:]
    return raw


@pytest.mark.parametrize('protocol', range(2, 6))
@pytest.mark.parametrize('old_name', [False, True])
def test_arrays_of_all_protocols_and_both_numpy_names(
    tmp_path, protocol, old_name
):
    data = dict(
        half=np.ones((2, 3), np.float16),
        ordered=np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        number=np.float32(0.5),
        label=np.int64(3),
        text='a',
        many=[(1, 2.5)],
    )
    raw = pickle.dumps(data, protocol)
    if old_name:
        raw = with_names_of_numpy_1(raw)
    path = tmp_path / 'a.pkl'
    path.write_bytes(raw)
    loaded = load_pickle(path)
    for key, value in data.items():
        np.testing.assert_array_equal(loaded[key], value)
    assert loaded['half'].dtype == np.float16
    loaded['half'][0] = 2  # and they can be written to
    assert type(loaded['label']) is np.int64


class Call:
    def __init__(self, function, *args):
        self.call = function, args

    def __reduce__(self):
        return self.call


@pytest.mark.parametrize(
    'function, name',
    [
        (os.system, 'system'),
        (eval, 'builtins.eval'),
        (getattr, 'builtins.getattr'),
        (np.load, 'numpy.load'),
        (collections.OrderedDict, 'collections.OrderedDict'),
    ],
)
def test_code_is_refused_by_file_and_name(tmp_path, function, name):
    mark = tmp_path / 'mark'
    path = write(
        tmp_path / 'evil.pkl',
        dict(split={}, annotations=[Call(function, f'touch {mark}')]),
    )
    with pytest.raises(ValueError, match=rf'evil\.pkl: refused.*{name}'):
        load_pickle(path)
    assert not mark.exists()


def test_attributes_and_codecs_cannot_be_reached(tmp_path):
    import _codecs

    path = write(tmp_path / 'a.pkl', Call(_codecs.encode, 'x', 'rot13'))
    with pytest.raises(ValueError, match="codec 'rot13' is refused"):
        load_pickle(path)
    # BUILD on a loaded global: setattr(encode, '__call__', 1)
    path.write_bytes(b"c_codecs\nencode\n(N}S'__call__'\nI1\nstb.")
    with pytest.raises(ValueError, match='not a skeleton pickle'):
        load_pickle(path)


@pytest.mark.parametrize('raw', [b'', b'hello', pickle.dumps([1, 2])[:-3]])
def test_damaged_files_are_named(tmp_path, raw):
    path = tmp_path / 'bad.pkl'
    path.write_bytes(raw)
    with pytest.raises(ValueError, match=r'bad\.pkl: not a skeleton pickle'):
        load_pickle(path)
