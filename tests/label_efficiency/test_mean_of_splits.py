"""The mean over the splits of a set."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from skeletonmae_plugin.evaluation.scores import accuracies
from skeletonmae_plugin.label_efficiency.cells import Cell
from skeletonmae_plugin.label_efficiency.clips import Clips
from skeletonmae_plugin.label_efficiency.folder import Folder
from skeletonmae_plugin.label_efficiency.mean_of_splits import (
    Split,
    mean_of_splits,
    splits_table,
)
from skeletonmae_plugin.label_efficiency.spec import Spec
from skeletonmae_plugin.label_efficiency.statistics import bootstrap, pair_hits
from skeletonmae_plugin.whole_files import write_json

TOOL = Path(__file__).resolve().parents[2] / 'tools' / 'mean_of_splits.py'
SPEC = Spec('a.pkl', 'coco', 'train1', 'test1', '', 2, 2)
GIVEN = dict(pretrained='/a.pth', pretrained_checksum='1')
SHIPPED = dict(pretrained='generated-motion', pretrained_checksum='2')
PRETRAIN = Cell('pretrain', pretrain_seed=0)
SWEEP = Cell('scratch', 0.5, 0, None, 3.0)
SCRATCH = [Cell('scratch', 0.5, seed) for seed in (0, 1)]
PRETRAINED = [Cell('pretrained', 0.5, seed, 0) for seed in (0, 1)]


@pytest.fixture
def make(tmp_path):
    """Makes the folder of a run, with results drawn by its number."""

    def run(number, arms=(*SCRATCH, *PRETRAINED), **changes):
        rng = np.random.default_rng(number)
        folder = Folder(tmp_path / f'run{number}')
        folder.path.mkdir()
        split = dict(train_split=f'train{number}', test_split=f'test{number}')
        folder.claim(replace(SPEC, **{**split, **changes}))
        # More clips in the second than in the first.
        truth = rng.integers(0, 2, 10 * number)
        ids = tuple(f'clip{i}' for i in range(len(truth)))
        folder.write_test(Clips(ids, tuple(truth.tolist()), 2))
        known = [f'known{i}' for i in range(4 * number)]
        folder.write_labels({(0.5, seed): known for seed in (0, 1)})
        for cell in (PRETRAIN, SWEEP, *arms):
            predicted = rng.integers(0, 2, len(truth))
            content = dict(
                cell.to_json(),
                **accuracies(predicted, truth),
                predicted=predicted.tolist(),
                updates=40,
                seconds=2.0,
            )
            folder.result_file(cell).parent.mkdir(exist_ok=True)
            write_json(folder.result_file(cell), content)
        return Split.read(folder.path)

    return run


def test_each_split_counts_alike(make):
    splits = [make(1), make(2)]
    scratch, pretrained = mean_of_splits(splits)
    assert (scratch.arm, pretrained.arm) == ('scratch', 'pretrained')
    for group in (scratch, pretrained):
        parts = [split.groups[0.5, group.arm] for split in splits]
        assert parts[0].top1 != parts[1].top1
        for key, value in group.top1.items():
            both = [part.top1[key] for part in parts]
            assert value == pytest.approx(sum(both) / 2)
            both = [part.mean_class[key] for part in parts]
            assert group.mean_class[key] == pytest.approx(sum(both) / 2)
        assert group.num_labels == 6
    # Neither the sweep nor the pre-training is a number of the table.
    assert len(scratch.top1) == len(pretrained.top1) == 2


def test_rows_tell_who_has_seen_the_test(make):
    text = splits_table([make(i, pretrain_on='all') for i in (1, 2)])
    assert 'seen the clips of the test.' in text.splitlines()[0]
    assert '| pretrained (transductive) |' in text
    assert '| scratch |' in text


def test_interval_resamples_each_split_for_itself(make):
    splits = [make(1), make(2)]
    _, found = mean_of_splits(splits)
    differences = []
    for split in splits:
        arm, base = (
            split.groups[0.5, name].hits for name in ('pretrained', 'scratch')
        )
        pairs = [arm[seed, 0] * 1.0 - base[seed, None] for seed in (0, 1)]
        differences.append(np.array(pairs)[:, None])
    means = sum(
        bootstrap(d, 40000, seed=7 + i) / 2 for i, d in enumerate(differences)
    )
    low, high = np.percentile(means, [2.5, 97.5])
    assert found.difference.mean == pytest.approx(
        sum(d.mean() for d in differences) / 2
    )
    assert found.difference.low == pytest.approx(low, abs=0.02)
    assert found.difference.high == pytest.approx(high, abs=0.02)
    assert found.difference.over == ('label subsets', 'test clips')


def test_what_one_split_lacks_is_left_out(make):
    whole = make(1)
    part = make(2, arms=(*SCRATCH, PRETRAINED[0]))
    scratch, pretrained = mean_of_splits([whole, part])
    assert set(scratch.top1) == {(0, None), (1, None)}
    assert set(pretrained.top1) == {(0, 0)}
    assert pretrained.difference.num_seeds == 1
    none = make(3, arms=SCRATCH)
    (alone,) = mean_of_splits([whole, none])
    assert alone.arm == 'scratch'
    with pytest.raises(ValueError, match='have no cell in common'):
        splits_table([none, make(4, arms=PRETRAINED)])


def test_table_names_splits_and_says_what_was_reduced(make):
    text = splits_table([make(i, epochs=0.5) for i in (1, 2)])
    answer, _, head, *_ = text.splitlines()
    assert answer.startswith('With 6 labels, ')
    assert head.startswith('| labels | arm | top-1 % |')
    assert 'train1 -> test1, train2 -> test2' in text
    assert '50 % of its config' in text
    assert '| 6 (50 %) | pretrained |' in text and '| 2 x 1 |' in text


def test_other_questions_are_refused(make):
    first = make(1)
    with pytest.raises(ValueError, match=r'clip_len is 64, there 32'):
        mean_of_splits([first, make(2, clip_len=64)])
    again = make(3, train_split='train1', test_split='test1')
    with pytest.raises(ValueError, match='run3 are of one split, train1'):
        mean_of_splits([first, again])
    with pytest.raises(ValueError, match='two splits at the least'):
        mean_of_splits([first])


def test_folder_of_something_else_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match='has written'):
        Split.read(tmp_path)


def test_tool_prints_and_writes_the_table(make, tmp_path):
    folders = [str(make(i).path) for i in (1, 2)]
    out = tmp_path / 'mean.md'
    command = [sys.executable, str(TOOL), *folders, '--out', str(out)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert out.read_text() == splits_table(
        [Split.read(Path(f)) for f in folders]
    )
    assert out.read_text() in done.stdout
    done = subprocess.run(
        [sys.executable, str(TOOL), folders[0]],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith('error: expected the folders of two splits')


def test_pretraining_is_the_same_for_all_splits(make):
    own, given, shipped = make(1), make(2, **GIVEN), make(3, **SHIPPED)
    for pair in ((own, given), (own, shipped), (given, shipped)):
        with pytest.raises(ValueError, match='begins with .*generated|given'):
            mean_of_splits(pair)
    other = make(4, **dict(GIVEN, pretrained='/b.pth'))
    assert 'begin with weights that are given' in splits_table([given, other])
    both = [shipped, make(5, **SHIPPED)]
    assert 'begin with generated-motion' in splits_table(both)
    assert 'begin with' not in splits_table([own, make(6)])


def test_recipes_are_the_same_for_all_splits(make):
    first = make(1, recipes=dict(scratch='1'))
    with pytest.raises(ValueError, match='recipes is'):
        mean_of_splits([first, make(2, recipes=dict(scratch='2'))])


def test_a_mean_has_diverged_where_one_of_its_splits_has(make):
    splits = [make(1), make(2), make(3)]
    for split, lost in zip(splits, ([0], [0, 1], []), strict=True):
        group = split.groups[0.5, 'scratch']
        group.lost.update((seed, None) for seed in lost)
    scratch, pretrained = mean_of_splits(splits)
    assert (scratch.diverged, pretrained.diverged) == (2, 0)
    assert '2 of 2 trainings of scratch have diverged' in splits_table(splits)


def test_a_subset_that_scratch_lacks_on_one_split_is_left_out_of_all(make):
    splits = [make(1), make(2)]
    del splits[1].groups[0.5, 'scratch'].hits[1, None]
    found = mean_of_splits(splits)[1].difference
    kept = {(0, 0): splits[0].groups[0.5, 'pretrained'].hits[0, 0]}
    base = splits[0].groups[0.5, 'scratch'].hits
    other = splits[1].groups
    pairs = (
        pair_hits(kept, base),
        pair_hits(
            {(0, 0): other[0.5, 'pretrained'].hits[0, 0]},
            other[0.5, 'scratch'].hits,
        ),
    )
    assert found.mean == pytest.approx(np.mean([one.mean() for one in pairs]))
    assert found.num_seeds == 1
    assert ' of 1 subsets |' in splits_table(splits)
