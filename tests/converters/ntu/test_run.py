import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from skeletonmae_plugin.converters.ntu import parts
from skeletonmae_plugin.converters.ntu.convert import convert_file
from skeletonmae_plugin.converters.ntu.run import convert_folders
from skeletonmae_plugin.datasets.safe_pickle import load_pickle

NAMES = [
    f'S{s:03d}C{c:03d}P{p:03d}R001A{a:03d}'
    for s, c, p, a in [(1, 1, 1, 1), (1, 2, 3, 50), (18, 2, 3, 61)]
]
MISSING = 'S001C002P005R002A008'


@pytest.fixture
def folder(raw_file, raw_text, body, tmp_path):
    """Recordings of three names, and one that is known to be incomplete."""
    for seed, name in enumerate([*NAMES, MISSING]):
        points = body(14, seed)
        text = raw_text(14, [(1, np.ones(14, bool), points)])
        raw_file(text, name, tmp_path / 'raw')
    return tmp_path / 'raw'


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(parts, '_FILES', 1)


def test_a_file_with_all_splits(folder, tmp_path):
    out = tmp_path / 'new' / 'all.pkl'
    result = convert_folders([folder], out)
    assert result.set_name == 'ntu120' and result.missing == (MISSING,)
    written = load_pickle(out)
    assert list(tmp_path.joinpath('new').iterdir()) == [out]
    assert written['split'] == dict(
        xsub_train=[NAMES[0]],
        xsub_val=NAMES[1:],
        xset_train=[NAMES[2]],
        xset_val=NAMES[:2],
    )
    for name, clip in zip(NAMES, written['annotations'], strict=True):
        expected = convert_file(folder / f'{name}.skeleton')
        assert clip['frame_dir'] == name
        assert clip['label'] == expected['label']
        np.testing.assert_array_equal(clip['keypoint'], expected['keypoint'])


def test_the_part_that_is_ntu60(folder, tmp_path):
    result = convert_folders([folder], tmp_path / 'a.pkl', 'ntu60')
    assert result.other == 1
    assert result.dataset['split']['xview_train'] == [NAMES[1]]
    assert result.dataset['split']['xview_val'] == [NAMES[0]]


def test_broken_ones_stop_all_or_are_left_out(folder, tmp_path):
    bad = folder / f'{NAMES[1]}.skeleton'
    bad.write_text(bad.read_text()[:3000])
    (folder / 'S1.skeleton').write_text('')
    out = tmp_path / 'a.pkl'
    result = convert_folders([folder], out)
    assert result.dataset is None and not out.exists()
    assert set(result.broken) == {str(bad), str(folder / 'S1.skeleton')}
    result = convert_folders([folder], out, skip_broken=True)
    written = load_pickle(out)
    assert len(written['annotations']) == len(result.broken) == 2
    for clips in written['split'].values():
        assert NAMES[1] not in clips


def test_a_mended_recording_is_converted_anew(folder, tmp_path):
    bad = folder / f'{NAMES[1]}.skeleton'
    text = bad.read_text()
    bad.write_text(text[:3000])
    assert convert_folders([folder], tmp_path / 'a.pkl').dataset is None
    bad.write_text(text)
    result = convert_folders([folder], tmp_path / 'a.pkl')
    assert len(result.dataset['annotations']) == 3


def test_what_is_done_is_not_done_again(
    folder, tmp_path, small_parts, monkeypatch
):
    out, done = tmp_path / 'a.pkl', []

    def stopped(todo):
        yield todo[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        convert_folders([folder], out, track=stopped)
    assert not out.exists()
    assert len(list((tmp_path / 'a.pkl.parts').glob('part-*.pkl'))) == 1
    real = convert_file

    def counted(path):
        done.append(path.stem)
        return real(path)

    monkeypatch.setattr(parts, 'convert_file', counted)
    result = convert_folders([folder], out)
    assert done == NAMES[1:]
    assert [c['frame_dir'] for c in result.dataset['annotations']] == NAMES
    assert not (tmp_path / 'a.pkl.parts').exists()


def test_a_folder_of_somebody_else_stays(folder, tmp_path):
    (tmp_path / 'a.pkl.parts').mkdir()
    (tmp_path / 'a.pkl.parts' / 'thesis.tex').write_text('')
    with pytest.raises(FileExistsError, match='files of somebody else'):
        convert_folders([folder], tmp_path / 'a.pkl')


def test_nothing_left(raw_file, tmp_path):
    raw_file(name=MISSING, folder=tmp_path / 'raw')
    with pytest.raises(ValueError, match='no recording is left'):
        convert_folders([tmp_path / 'raw'], tmp_path / 'a.pkl')


@pytest.mark.slow
def test_processes_make_the_same_file(folder, tmp_path, small_parts):
    one, two = tmp_path / 'one.pkl', tmp_path / 'two.pkl'
    convert_folders([folder], one)
    convert_folders([folder], two, jobs=2)
    assert one.read_bytes() == two.read_bytes()


KILLED = """
import sys, time
from skeletonmae_plugin.converters.ntu import parts
from skeletonmae_plugin.converters.ntu.run import convert_folders

parts._FILES = 1
def slowly(todo):
    for part in todo:
        yield part
        print('done', flush=True)
        time.sleep(60)
convert_folders([sys.argv[1]], sys.argv[2], track=slowly)
"""


@pytest.mark.slow
def test_a_killed_run_goes_on(folder, tmp_path, small_parts):
    out = tmp_path / 'a.pkl'
    process = subprocess.Popen(
        [sys.executable, '-c', KILLED, folder, out],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == 'done\n'
    with pytest.raises(RuntimeError, match='another process'):
        convert_folders([folder], out)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    (made,) = (tmp_path / 'a.pkl.parts').glob('part-*.pkl')
    made_again = []

    def seen(todo):
        made_again.extend(part.file for part in todo)
        return todo

    convert_folders([folder], out, track=seen)
    assert len(made_again) == 2 and made not in made_again
    clips = load_pickle(out)['annotations']
    assert [clip['frame_dir'] for clip in clips] == NAMES
