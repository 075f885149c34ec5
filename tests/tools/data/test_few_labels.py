"""The command line tool, run in this process."""

import pytest


@pytest.fixture(scope='module')
def main(load_tool):
    return load_tool('data/few_labels').main


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
