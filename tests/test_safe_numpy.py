"""Files of strangers: arrays of plain values load, all else is refused."""

import pickle

import numpy as np
import pytest
import torch
from mmengine.runner import CheckpointLoader

from skeletonmae_plugin.datasets.safe_pickle import load_pickle

core = getattr(np, '_core', None) or np.core
RECONSTRUCT = core.multiarray._reconstruct
SCALAR = core.multiarray.scalar


class Forged:
    """Pickles as a call, with a state for its result."""

    def __init__(self, function, args, state=None):
        self.reduced = (function, args) + ((state,) if state else ())

    def __reduce__(self):
        return self.reduced


def forged_dtype(spec, fields=True):
    """A dtype whose bytes are pointers, which its flags (0) deny."""
    named = (None, ('a',), {'a': (Forged(np.dtype, ('O',)), 0)}, 8, 1, 0)
    plain = (None, None, None, -1, -1, 0)
    return Forged(
        np.dtype, (spec, False, True), (3, '|', *(named if fields else plain))
    )


def forged_array(dtype, data=b'A' * 8, shape=(1,)):
    return Forged(
        RECONSTRUCT, (np.ndarray, (0,), b'b'), (1, shape, dtype, False, data)
    )


DTYPES = {
    'pointer in a field': forged_dtype('V8'),
    'fields on a number': forged_dtype('f8'),
    'objects': forged_dtype('O', fields=False),
    'record': forged_dtype('i4,i4', fields=False),
    'subarray': forged_dtype('(2,)f4', fields=False),
}
ATTACKS = {
    **{f'array, {name}': forged_array(d) for name, d in DTYPES.items()},
    **{
        f'scalar, {name}': Forged(SCALAR, (d, b'A' * 8))
        for name, d in DTYPES.items()
    },
    'singleton changed': Forged(
        np.dtype, ('f8', False, False), (3, '>', None, None, None, -1, -1, 0)
    ),
    'lone dtype': np.dtype('f8'),
    'no content': Forged(RECONSTRUCT, (np.ndarray, (9,), b'O')),
    'too few bytes': forged_array(np.dtype('f8'), shape=(2,)),
    'too many bytes': forged_array(np.dtype('f8'), shape=(0,)),
    'big-endian': np.arange(3, dtype='>f4'),
    'constructor': Forged(np.ndarray, ((1,), 'O')),
    'no shape': forged_array(np.dtype('f8'), shape='a'),
    'letters that grow': forged_array(
        Forged(np.dtype, ('U0', False, True)), data=b'', shape=(9,)
    ),
}


@pytest.mark.parametrize('protocol', [2, 4])
@pytest.mark.parametrize('name', ATTACKS)
def test_skeleton_file_is_refused(name, protocol, tmp_path):
    path = tmp_path / 'attack.pkl'
    clip = dict(frame_dir='a', label=ATTACKS[name])
    path.write_bytes(pickle.dumps(dict(annotations=[clip]), protocol))
    with pytest.raises(ValueError, match='attack.pkl'):
        load_pickle(path)
    assert np.dtype('f8').isnative


@pytest.mark.parametrize('name', ATTACKS)
def test_checkpoint_is_refused(name, tmp_path):
    path = tmp_path / 'attack.pth'
    torch.save(dict(state_dict={}, meta=dict(epoch=ATTACKS[name])), path)
    with pytest.raises((pickle.UnpicklingError, TypeError)):
        CheckpointLoader.load_checkpoint(str(path))
    assert np.dtype('f8').isnative


PLAIN = [
    *(
        np.arange(12).reshape(3, 4).astype(kind)
        for kind in ('f2', 'f4', 'f8', 'i1', 'i8', 'u2', '?', 'U3', 'S2')
    ),
    np.arange(24.0).reshape(2, 3, 4).transpose(1, 0, 2),
    np.asfortranarray(np.ones((2, 3))),
    np.zeros((0, 3)),
    np.array(2.5),
    np.float16(0.5),
    np.int32(3),
    np.bool_(True),
    np.str_('walk'),
]


@pytest.mark.parametrize('protocol', range(2, 6))
def test_plain_values_load_wherever_they_are(protocol, tmp_path):
    path = tmp_path / 'a.pkl'
    data = dict(many=PLAIN, few=(PLAIN[0], [dict(x=PLAIN[1])]))
    path.write_bytes(pickle.dumps(data, protocol))
    loaded = load_pickle(path)
    for value, found in zip(PLAIN, loaded['many'], strict=True):
        assert type(found) is type(value) and found.dtype == value.dtype
        np.testing.assert_array_equal(found, value)
    loaded['many'][0][:] = 0
    assert loaded['few'][0] is loaded['many'][0]
    assert loaded['few'][1][0]['x'] is loaded['many'][1]


def test_values_that_hold_themselves_and_each_other(tmp_path):
    path = tmp_path / 'a.pkl'
    loop = [np.ones(2)]
    loop.append((loop,))
    pair = ()
    for _ in range(60):  # 2 ** 60 places
        pair = (pair, pair)
    path.write_bytes(pickle.dumps([loop, pair]))
    loop, _ = load_pickle(path)
    assert loop[0].tolist() == [1, 1] and loop[1][0] is loop


def test_arrays_of_a_checkpoint_are_real(tmp_path):
    path = tmp_path / 'a.pth'
    state = dict(meta=dict(mean=np.arange(3.0), names=(np.array(['a']),)))
    torch.save(state, path)
    meta = CheckpointLoader.load_checkpoint(str(path))['meta']
    assert meta['mean'].tolist() == [0, 1, 2]
    assert meta['names'][0].tolist() == ['a']
