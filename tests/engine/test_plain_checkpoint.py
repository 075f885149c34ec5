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
    pack_weights,
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


@pytest.mark.parametrize('name', ['none.pth', 'text.pth'])
def test_command_says_in_a_line_what_it_cannot_read(
    name, load_tool, monkeypatch, tmp_path
):
    (tmp_path / 'text.pth').write_text('hello')
    words = ['x', str(tmp_path / name), str(tmp_path / 'plain.pth')]
    monkeypatch.setattr('sys.argv', words)
    with pytest.raises(SystemExit, match=f'^error: .*{name}'):
        load_tool('convert_checkpoint').main()
    assert not (tmp_path / 'plain.pth').exists()


@pytest.fixture
def pretraining(tmp_path):
    path = tmp_path / 'epoch_50.pth'
    state = {
        'backbone.weight': torch.randn(3, 2),
        'backbone.count': torch.tensor(2**40),
        'neck.weight': torch.randn(3, 2),
    }
    facts = dict(joints=('hip', 'hand'), classes=('wave',))
    meta = dict(dataset_meta=facts, cfg='of somebody')
    torch.save(dict(state_dict=state, meta=meta, optimizer={}), path)
    return path


def test_packed_weights_are_the_backbone_in_half_precision(
    pretraining, tmp_path
):
    target = tmp_path / 'packed.pth'
    tool = ROOT / 'tools' / 'pack_weights.py'
    command = [sys.executable, tool, pretraining, target]
    out = subprocess.run(command, check=True, capture_output=True, text=True)
    assert f'wrote {target}, ' in out.stdout
    whole = torch.load(pretraining, weights_only=True)['state_dict']
    packed = torch.load(target, weights_only=True)
    assert packed['meta'] == dict(dataset_meta=dict(joints=('hip', 'hand')))
    assert set(packed['state_dict']) == {'backbone.weight', 'backbone.count'}
    weight, count = packed['state_dict'].values()
    assert weight.dtype is torch.float16
    torch.testing.assert_close(
        weight.float(), whole['backbone.weight'], rtol=2**-11, atol=0
    )
    assert count.item() == 2**40


def test_what_cannot_be_packed_is_told(pretraining, tmp_path):
    target = tmp_path / 'packed.pth'
    with pytest.raises(ValueError, match="begins with 'head.'"):
        pack_weights(pretraining, target, prefix='head.')
    large = torch.load(pretraining, weights_only=True)
    large['state_dict']['backbone.weight'] *= 1e6
    torch.save(large, pretraining)
    with pytest.raises(ValueError, match='backbone.weight is not finite'):
        pack_weights(pretraining, target)
    assert not target.exists()
