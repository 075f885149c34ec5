"""The command line tool, run in this process."""

from pathlib import Path

import pytest

from skeletonmae_plugin.self_training.records import (
    round_dir,
    summarize,
)
from skeletonmae_plugin.self_training.selection import PseudoLabel
from skeletonmae_plugin.whole_files import write_json


@pytest.fixture(scope='module')
def tool(load_tool):
    return load_tool('self_train')


def test_words_reach_the_run_and_the_table_is_printed(
    tool, tmp_path, monkeypatch, capsys
):
    (tmp_path / 'ids.txt').write_text('a\nb\n')
    (tmp_path / 'more.txt').write_text('c\n')
    asked = []

    def run(config, labelled, unlabelled, work_dir, *rest):
        *given, _, spread = rest  # a bar between them
        asked.append((config, labelled, unlabelled, *given, spread))
        folder = round_dir(Path(work_dir), 0)
        pseudo = dict(c=PseudoLabel(1, 0.625))
        record = summarize(folder, 2, pseudo, 'x.pth', {'acc/top1': 0.75})
        write_json(folder / 'round.json', record)
        return 'x.pth'

    monkeypatch.setattr(tool, 'run_self_training', run)
    words = ['c.py', '--labelled', str(tmp_path / 'ids.txt')]
    words += ['--work-dir', str(tmp_path / 'work')]
    tool.main(words)
    assert '| 0 | 2 | 1 | 0.625 | 75.0 |' in capsys.readouterr().out
    words += ['--unlabelled', str(tmp_path / 'more.txt'), '--views', '2']
    words += ['--rounds', '0.3', '--seed', '5', '--cfg-options', 'a.b=1']
    tool.main(words)
    tool.main([*words[:5], '--spread'])
    assert asked == [
        ('c.py', ['a', 'b'], None, [0.5, 0.7], 4, 0, None, False),
        ('c.py', ['a', 'b'], ['c'], [0.3], 2, 5, {'a.b': 1}, False),
        ('c.py', ['a', 'b'], None, [], 4, 0, None, True),
    ]


def test_what_cannot_be_is_told_in_one_line(tool, tmp_path):
    words = ['c.py', '--labelled', str(tmp_path / 'none.txt')]
    with pytest.raises(SystemExit, match='error: cannot read clip names'):
        tool.main([*words, '--work-dir', str(tmp_path)])


def test_a_folder_in_use_is_told_in_one_line(tool, tmp_path, monkeypatch):
    def run(*given):
        raise RuntimeError('another process is at work in it')

    monkeypatch.setattr(tool, 'run_self_training', run)
    (tmp_path / 'ids.txt').write_text('a\n')
    words = ['c.py', '--labelled', str(tmp_path / 'ids.txt')]
    with pytest.raises(SystemExit, match='error: another process'):
        tool.main([*words, '--work-dir', str(tmp_path)])
