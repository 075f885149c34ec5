"""A comparison that is started again."""

import json

import pytest


@pytest.fixture
def compare(load_tool, monkeypatch, tmp_path):
    """Function that runs the tool with trainings that take no time."""
    tool = load_tool('compare')

    def run_cell(root, name, cell, out, options):
        return {**cell, 'top1': 0.5, 'mean_class': 0.5, 'seconds': 1}

    monkeypatch.setattr(tool, 'run_cell', run_cell)
    command = ['compare.py', 'toy', '--arms', 'scratch', '--out', 'toy']
    monkeypatch.chdir(tmp_path)

    def run(*words):
        monkeypatch.setattr('sys.argv', [*command, *words])
        tool.main()
        return json.loads((tmp_path / 'toy' / 'results.json').read_text())

    return run


def test_more_seeds_join_the_others(compare):
    assert len(compare('--seeds', '0')) == 1
    assert [row['seed'] for row in compare('--seeds', '1')] == [0, 1]


def test_other_options_are_another_comparison(compare):
    options = '--cfg-options', 'train_cfg.max_epochs=1'
    compare('--seeds', '0', *options)
    assert len(compare('--seeds', '0', '1', *options)) == 2
    # Rows of one epoch would stand beside those of all.
    with pytest.raises(SystemExit, match='max_epochs=1.*another --out'):
        compare('--seeds', '0', '1', '2')


def test_another_stream_or_file_is_another_comparison(compare, monkeypatch):
    compare('--seeds', '0')
    monkeypatch.setenv('SKELETON_STREAM', 'b')
    with pytest.raises(
        SystemExit, match='strl_scratch_toy was .*another --out'
    ):
        compare('--seeds', '0')
    monkeypatch.delenv('SKELETON_STREAM')
    monkeypatch.setenv('TOY_2D', 'other.pkl')
    with pytest.raises(
        SystemExit, match='strl_scratch_toy was .*another --out'
    ):
        compare('--seeds', '0')


def test_a_set_without_configs_is_told(load_tool, monkeypatch, tmp_path):
    words = ['compare.py', 'nonsense', '--out', str(tmp_path)]
    monkeypatch.setattr('sys.argv', words)
    with pytest.raises(SystemExit, match='pretrain_nonsense.py'):
        load_tool('compare').main()


def test_more_arms_join_and_what_each_training_is_given_does_not_count(
    compare, monkeypatch
):
    compare('--seeds', '0')
    monkeypatch.setenv('SKELETONMAE_CHECKPOINT', '/other.pth')
    monkeypatch.setenv('JHMDB_SPLIT', '2')
    rows = compare('--seeds', '0', '--arms', 'scratch', 'pretrained')
    assert [row['arm'] for row in rows] == ['scratch', 'pretrained']
    compare('--seeds', '1', '--arms', 'pretrained')


def test_results_of_an_earlier_version_are_not_joined(compare, tmp_path):
    (tmp_path / 'toy').mkdir()
    (tmp_path / 'toy' / 'results.json').write_text('[]')
    with pytest.raises(SystemExit, match='earlier version.*another --out'):
        compare('--seeds', '0')


def test_splits_that_the_configs_do_not_have_are_refused(
    compare, tmp_path, capsys
):
    with pytest.raises(SystemExit):
        compare('--splits', '1', '2')
    assert 'not for toy' in capsys.readouterr().err
    assert not (tmp_path / 'toy').exists()  # nor is the folder claimed
