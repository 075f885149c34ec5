import pickle
import subprocess
import sys
from collections import OrderedDict
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import ConfigDict
from mmengine.logging import HistoryBuffer
from torch.serialization import get_unsafe_globals_in_checkpoint

from skeletonmae_plugin.engine.plain_checkpoint import (
    convert_checkpoint,
    restore_history,
    to_plain,
)

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def source(tmp_path):
    path = tmp_path / 'stock.pth'
    buffer = HistoryBuffer([3.0, 1.0], [1, 2], max_length=50)
    hub = dict(log_scalars=dict(loss=buffer), runtime_info={}, resumed_keys={})
    weights = torch.nn.Linear(2, 2).state_dict()
    torch.save(dict(state_dict=weights, message_hub=hub), path)
    return path


@pytest.mark.parametrize(
    'value, expected',
    [
        (np.float64(0.5), 0.5),
        (np.bool_(True), True),
        (np.array(['a', 'b']), ['a', 'b']),
        ((np.int64(1), [np.int64(2)]), (1, [2])),
        (OrderedDict(a=np.float32(1)), dict(a=1.0)),
        (ConfigDict(a=dict(b=1)), dict(a=dict(b=1))),
        ('text', 'text'),
        (None, None),
    ],
)
def test_to_plain(value, expected):
    plain = to_plain(value)
    assert plain == expected
    assert type(plain) is type(expected)


@pytest.mark.parametrize('dtype', ['f2', 'f8', 'i4', 'u1', '?'])
def test_numeric_arrays_become_tensors_of_their_own(dtype):
    array = np.ones((2, 3), dtype)
    plain = to_plain(array)
    assert plain.shape == (2, 3)
    assert plain.numpy().dtype == array.dtype
    plain.zero_()
    assert array.all()


def test_tensors_are_shared():
    tensor = torch.ones(2)
    assert to_plain([tensor])[0] is tensor


def test_convert_keeps_weights_and_history(source, tmp_path):
    target = tmp_path / 'plain.pth'
    convert_checkpoint(source, target)
    assert get_unsafe_globals_in_checkpoint(target) == []
    plain = torch.load(target)
    # torch keeps the modules' versions beside the weights.
    assert plain['state_dict']._metadata['']['version'] == 1
    restore_history(plain)
    buffer = plain['message_hub']['log_scalars']['loss']
    assert type(buffer) is HistoryBuffer
    assert buffer.data[0].tolist() == [3.0, 1.0]
    assert buffer.max_length == 50


def test_converting_a_plain_file_changes_nothing(source, tmp_path):
    once, twice = tmp_path / 'once.pth', tmp_path / 'twice.pth'
    convert_checkpoint(source, once)
    convert_checkpoint(once, twice)
    hubs = [torch.load(path)['message_hub'] for path in (once, twice)]
    assert str(hubs[0]) == str(hubs[1])


def test_what_cannot_be_plain_is_named_and_nothing_is_left(
    source, tmp_path, monkeypatch
):
    monkeypatch.setattr(
        'mmengine.runner.CheckpointLoader.load_checkpoint',
        lambda *args, **kwargs: dict(meta=dict(odd=Fraction(1, 2))),
    )
    with pytest.raises(pickle.PicklingError, match='fractions.Fraction'):
        convert_checkpoint(source, tmp_path / 'plain.pth')
    assert list(tmp_path.iterdir()) == [source]


def test_command(source, tmp_path):
    target = tmp_path / 'plain.pth'
    tool = ROOT / 'tools' / 'convert_checkpoint.py'
    command = [sys.executable, tool, source, target]
    out = subprocess.run(command, check=True, capture_output=True, text=True)
    assert f'wrote {target}' in out.stdout
    assert get_unsafe_globals_in_checkpoint(target) == []
