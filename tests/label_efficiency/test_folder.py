"""One question a folder; files are whole or not there."""

from dataclasses import replace

import pytest

from skeletonmae_plugin.datasets.subsets import read_ids
from skeletonmae_plugin.label_efficiency.cells import Cell
from skeletonmae_plugin.label_efficiency.clips import Clips
from skeletonmae_plugin.label_efficiency.folder import Folder
from skeletonmae_plugin.label_efficiency.spec import Spec, sweep_fraction
from skeletonmae_plugin.whole_files import write_json

SPEC = Spec(
    ann_file='a.pkl',
    layout='coco',
    train_split='train',
    test_split='test',
    data='9 clips',
    in_channels=2,
    num_classes=3,
    unlabelled=('b.pkl',),
    train_options={'train_cfg.max_epochs': 2},
)


def test_the_same_question_may_be_asked_again(tmp_path):
    folder = Folder(tmp_path)
    folder.claim(SPEC)
    folder.claim(replace(SPEC))


@pytest.mark.parametrize(
    'change, told',
    [
        (dict(clip_len=16), 'clip_len was 32 and is 16'),
        (dict(pretrain_on='all'), "pretrain_on was 'train' and is 'all'"),
        (dict(recipes=dict(scratch='1')), 'recipes was {} and is'),
        (dict(train_options={}), "train_options was {'train_cfg.max_epochs"),
    ],
)
def test_another_question_is_refused(tmp_path, change, told):
    folder = Folder(tmp_path)
    folder.claim(SPEC)
    with pytest.raises(ValueError, match='another question') as info:
        folder.claim(replace(SPEC, **change))
    assert told in str(info.value)
    # And the folder is as it was.
    folder.claim(SPEC)


def test_done_cells_are_not_missing(tmp_path):
    folder = Folder(tmp_path)
    cells = [Cell('scratch', 0.1, seed) for seed in (0, 1)]
    write_json(folder.result_file(cells[0]), dict(top1=0.5))
    assert folder.missing(cells) == cells[1:]
    assert folder.read(cells[0]) == dict(top1=0.5)


def test_chosen_clips_and_truth_are_kept(tmp_path):
    folder = Folder(tmp_path)
    folder.write_labels({(0.05, 1): ['a', 'b']})
    assert read_ids(folder.labels(0.05, 1)) == ['a', 'b']
    folder.write_test(Clips(('x', 'y'), (1, 0), 2))
    assert folder.test_labels() == [1, 0]
    assert read_ids(folder.test_file) == ['x', 'y']


def test_rates_are_chosen_at_the_largest_small_fraction():
    assert sweep_fraction([0.05, 0.1, 0.25, 1.0]) == 0.25
    assert sweep_fraction([0.02, 1.0]) == 0.02
    assert sweep_fraction([0.5, 1.0]) == 0.5
