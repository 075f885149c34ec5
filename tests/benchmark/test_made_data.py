"""Made corpora: as many clips as asked, the same in both files."""

import shutil
from collections import namedtuple

import numpy as np
import pytest

from skeletonmae_plugin.benchmark import BenchmarkError, made_data
from skeletonmae_plugin.benchmark.made_data import (
    check_room,
    packed_store,
    pickle_file,
)
from skeletonmae_plugin.datasets import SkeletonDataset, packed_writer


def clips(path):
    data = SkeletonDataset(str(path), layout='kinect20')
    return [data[i] for i in range(len(data))]


def test_both_files_hold_the_same_clips(tmp_path):
    args = (tmp_path, 'nwucla', 7, 3)
    plain, packed = clips(pickle_file(*args)), clips(packed_store(*args))
    assert len(plain) == len(packed) == 7
    for a, b in zip(plain, packed, strict=True):
        assert a['frame_dir'] == b['frame_dir']
        np.testing.assert_array_equal(a['keypoint'], b['keypoint'])
    assert len({clip['frame_dir'] for clip in plain}) == 7


def test_a_pickle_holds_every_clip_in_full(tmp_path):
    """Shared arrays would be written once, and the file be small."""
    few, many = (
        pickle_file(tmp_path, 'nwucla', number, 2).stat().st_size
        for number in (4, 16)
    )
    assert many > 3.5 * few


def test_no_room_is_said_before_it_is_used_up(tmp_path, monkeypatch):
    usage = namedtuple('usage', 'total used free')(2e9, 1e9, 1e9)
    monkeypatch.setattr(shutil, 'disk_usage', lambda folder: usage)
    check_room(tmp_path, 10**9)
    with pytest.raises(BenchmarkError, match='1.0 GB of room, 3.0 GB'):
        check_room(tmp_path, 3 * 10**9)


@pytest.mark.parametrize('name', ['toy', 'nwucla', 'ntu60'])
def test_labels_are_those_of_the_configs(bench, name):
    cfg = bench.config(f'strl_scratch_{name}')
    labels = {c['label'] for c in made_data.repeated_clips(name, 60, 60)}
    assert max(labels) < cfg.model.cls_head.num_classes


def test_unknown_set_is_named(tmp_path):
    with pytest.raises(BenchmarkError, match="'nowhere'.*nwucla"):
        packed_store(tmp_path, 'nowhere', 4, 2)


@pytest.mark.parametrize('step', ['write_index', 'write_record'])
def test_pack_that_was_stopped_is_done_again(tmp_path, monkeypatch, step):
    def stop(*args):
        raise KeyboardInterrupt

    args = (tmp_path, 'nwucla', 7, 3)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(packed_writer, step, stop)
        packed_store(*args)
    assert len(clips(packed_store(*args))) == 7


@pytest.mark.parametrize('make', [pickle_file, packed_store])
def test_corpora_of_more_different_clips_are_others(tmp_path, make):
    """Of 3 clips the fourth is the first again, of 4 it is not."""
    few, many = (clips(make(tmp_path, 'nwucla', 4, made)) for made in (3, 4))
    assert np.array_equal(few[3]['keypoint'], few[0]['keypoint'])
    assert not np.array_equal(many[3]['keypoint'], many[0]['keypoint'])


@pytest.mark.parametrize('make', [pickle_file, packed_store])
def test_changed_code_makes_clips_anew(tmp_path, monkeypatch, make):
    source = tmp_path / 'code.py'
    monkeypatch.setattr(made_data, '_SOURCES', (source,))
    paths = []
    for code in ('a = 1', 'a = 2', 'a = 2'):
        source.write_text(code)
        paths.append(make(tmp_path, 'nwucla', 4, 2))
    assert paths[0] != paths[1] == paths[2]
