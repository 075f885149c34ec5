import pytest

from skeletonmae_plugin.self_training.records import (
    claim,
    read_pseudo_labels,
    read_rounds,
    round_dir,
    rounds_table,
    summarize,
)
from skeletonmae_plugin.self_training.selection import PseudoLabel
from skeletonmae_plugin.whole_files import write_json


def test_pseudo_labels_come_back(tmp_path):
    assert read_pseudo_labels(tmp_path) is None
    pseudo = dict(a=PseudoLabel(3, 0.75), b=PseudoLabel(0, 0.5))
    write_json(tmp_path / 'pseudo_labels.json', pseudo)
    assert read_pseudo_labels(tmp_path) == pseudo
    assert [p.name for p in tmp_path.iterdir()] == ['pseudo_labels.json']


def test_a_folder_is_of_one_run(tmp_path):
    claim(tmp_path, dict(seed=0, views=4))
    claim(tmp_path, dict(seed=0, views=4))
    with pytest.raises(ValueError, match='another views; choose another'):
        claim(tmp_path, dict(seed=0, views=5))


def test_the_table_has_the_rounds_that_are_done(tmp_path):
    pseudo = [{}, dict(a=PseudoLabel(0, 0.5), b=PseudoLabel(1, 0.7))]
    for number, found in enumerate(pseudo):
        folder = round_dir(tmp_path, number)
        last = str(folder / 'epoch_1.pth')
        metrics = {'acc/top1': 0.5 + 0.1 * number}
        record = summarize(folder, 12, found, last, metrics)
        assert record['checkpoint'] == 'epoch_1.pth'
        write_json(folder / 'round.json', record)
    write_json(round_dir(tmp_path, 2) / 'labels.json', {})  # not done
    assert rounds_table(read_rounds(tmp_path)).splitlines() == [
        '| round | labels | pseudo-labels | mean confidence '
        '| test acc/top1 (%) |',
        '|---|---|---|---|---|',
        '| 0 | 12 | 0 | - | 50.0 |',
        '| 1 | 12 | 2 | 0.600 | 60.0 |',
    ]
