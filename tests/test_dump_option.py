"""``--dump FILE.npz`` among the options of MMAction2's test tool."""

import runpy
import sys

import pytest

from skeletonmae_plugin.dump_option import with_score_dump
from skeletonmae_plugin.stock_tools import find_stock_tool

HOOK = 'default_hooks.scores'


def stock_args(words, monkeypatch):
    """What MMAction2's own parser makes of the words."""
    tool = runpy.run_path(str(find_stock_tool('test')), run_name='test')
    monkeypatch.setattr(sys, 'argv', ['test.py', *words])
    monkeypatch.setenv('LOCAL_RANK', '0')
    return tool['parse_args']()


@pytest.mark.parametrize(
    'words',
    [
        ['C.py', 'X.pth', '--dump', 'out/scores.npz', '--work-dir', 'w'],
        ['--dump=out/scores.npz', 'C.py', 'X.pth', '--work-dir', 'w'],
        ['C.py', 'X.pth', '--cfg-options', 'a.b=1', '--dump', 'out/scores.npz',
         '--work-dir', 'w'],
    ],
)  # fmt: skip
def test_the_stock_tool_gets_a_hook(words, monkeypatch):
    args = stock_args(with_score_dump(words), monkeypatch)
    assert (args.config, args.checkpoint) == ('C.py', 'X.pth')
    assert (args.work_dir, args.dump) == ('w', None)
    wanted = {
        f'{HOOK}.type': 'ScoreDumpHook',
        f'{HOOK}.out_file': 'out/scores.npz',
    }
    if '--cfg-options' in words:
        wanted['a.b'] = 1
    assert args.cfg_options == wanted


@pytest.mark.parametrize('dump', [[], ['--dump', 'x.pkl']])
def test_any_other_word_stays(dump):
    words = ['C.py', 'X.pth', *dump, '--cfg-options', 'a=1']
    assert with_score_dump(words) == words


@pytest.mark.parametrize('name', ['a b', 'a,b', '[a,b', "'a"])
def test_a_name_that_would_change_is_refused(name):
    with pytest.raises(ValueError, match='without blanks'):
        with_score_dump(['C.py', 'X.pth', '--dump', f'{name}/scores.npz'])
