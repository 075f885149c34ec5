"""The command line of both sets."""

import numpy as np
import pytest

from skeletonmae_plugin.converters.released import DIVING48, FINEGYM
from skeletonmae_plugin.converters.released.command import run
from skeletonmae_plugin.datasets.safe_pickle import load_pickle


def test_unusable_clips_stop_or_are_skipped(clip, write, tmp_path, capsys):
    empty = clip('b', keypoint=np.zeros((1, 5, 17, 2), np.float16))
    data = dict(
        split=dict(train=['a', 'b', 'gone'], val=['c']),
        annotations=[clip('a'), empty, clip('c')],
    )
    out = tmp_path / 'new' / 'out.pkl'
    words = [write(data), str(out)]
    with pytest.raises(SystemExit, match='2 clips cannot be used.*nothing'):
        run('', FINEGYM, words)
    told = capsys.readouterr().out
    assert 'b: no joint is seen' in told and 'gone: is in a split' in told
    assert not out.parent.exists()
    run('', FINEGYM, [*words, '--skip-broken'])
    assert 'splits: train 1, val 1' in capsys.readouterr().out
    assert load_pickle(out)['split'] == dict(train=['a'], val=['c'])


def test_errors_are_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match='^error: .*no.pkl'):
        run('', FINEGYM, ['no.pkl', 'out.pkl'])
    for words, message in (
        (['in.pkl', 'out'], 'must end in .pkl'),
        (['in.pkl', 'out.pkl', '--rename', 'a'], 'wants OLD=NEW'),
        (['in.pkl', 'out.pkl', '--rename', '=a'], 'wants OLD=NEW'),
        (['in.pkl', 'out.pkl', '--subset', 'VT'], 'unrecognized arguments'),
        (['in.pkl'], 'OUT.pkl'),
    ):
        with pytest.raises(SystemExit):
            run('', DIVING48, words)
        assert message in capsys.readouterr().err


def test_what_is_read_is_not_written_over(clip, write, tmp_path, capsys):
    data = dict(split=dict(train=['a'], val=['a']), annotations=[clip('a')])
    first, second = write(data), write(data)
    before = load_pickle(second)
    with pytest.raises(SystemExit):
        run('', FINEGYM, [f'train={first}', f'val={second}', str(second)])
    assert 'is read: give OUT.pkl' in capsys.readouterr().err
    assert load_pickle(second)['split'] == before['split']
