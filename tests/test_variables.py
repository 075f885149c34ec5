"""A path that is not there is traced to its variable."""

import pytest

from skeletonmae_plugin.datasets import SkeletonDataset
from skeletonmae_plugin.models.pretrained import load_pretrained
from skeletonmae_plugin.variables import (
    file_variable,
    unset_variable,
    where_from,
)


def test_placeholder_is_an_unset_variable():
    assert unset_variable('<NWUCLA_3D>') == 'NWUCLA_3D'
    assert unset_variable('/here/<NWUCLA_3D>') == 'NWUCLA_3D'
    assert unset_variable('/data/nw_ucla.pkl') is None


def test_variable_of_a_set_is_read_from_its_facts(tmp_path):
    facts = tmp_path / 'mine.py'
    facts.write_text("d = dict(\n    ann_file='{{$MINE:<MINE>}}',\n)\n")
    assert file_variable(facts) == 'MINE'
    facts.write_text("d = dict(ann_file='mine.pkl')\n")
    assert file_variable(facts) is None


def test_value_of_a_variable_is_told(monkeypatch):
    monkeypatch.setenv('NTU60_2D', '/none/ntu.pkl')
    assert where_from('/none/ntu.pkl') == ' (the value of NTU60_2D)'
    assert where_from('/none/other.pkl') == ''
    monkeypatch.setenv('EMPTY', '')
    assert where_from('') == ''


def test_errors_name_the_variable(monkeypatch):
    monkeypatch.setenv('NTU60_2D', '/none/ntu.pkl')
    with pytest.raises(FileNotFoundError, match=r'of NTU60_2D\): no such sk'):
        SkeletonDataset('/none/ntu.pkl', 'coco')
    monkeypatch.setenv('SKELETONMAE_CHECKPOINT', '/none/epoch_50.pth')
    with pytest.raises(FileNotFoundError, match='of SKELETONMAE_CHECKPOINT'):
        load_pretrained(None, '/none/epoch_50.pth')
