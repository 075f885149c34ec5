"""The command line tool, run in this process."""

import importlib.util
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[3] / 'tools' / 'data' / 'few_labels.py'


@pytest.fixture(scope='module')
def main():
    spec = importlib.util.spec_from_file_location('few_labels', TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.main


def test_files_are_written_and_counted(main, made_data, tmp_path, capsys):
    file = str(made_data('toy', 72))
    words = ['--layout', 'coco', '--split', 'train', '--out', str(tmp_path)]
    main([file, *words])
    assert '50 %: 24 clips' in capsys.readouterr().out
    assert len(list(tmp_path.glob('train_*_seed*.txt'))) == 25
    chosen = (tmp_path / 'train_50_seed0.txt').read_text().split()
    assert len(chosen) == 24 and chosen == sorted(chosen)


def test_unknown_split_is_refused(main, made_data, tmp_path):
    words = ['--layout', 'coco', '--split', 'x', '--out', str(tmp_path)]
    with pytest.raises(SystemExit, match="no split 'x'"):
        main([str(made_data('toy')), *words])
