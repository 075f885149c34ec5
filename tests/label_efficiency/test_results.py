"""Rows, groups, table and figure."""

from dataclasses import replace

import numpy as np
import pytest

from skeletonmae_plugin.evaluation.scores import accuracies
from skeletonmae_plugin.label_efficiency.cells import Cell
from skeletonmae_plugin.label_efficiency.figure import draw, plot
from skeletonmae_plugin.label_efficiency.results import (
    diverged,
    group_results,
    of_clips,
    result_row,
    weak_scratch,
)
from skeletonmae_plugin.label_efficiency.sentence import answer
from skeletonmae_plugin.label_efficiency.spec import Spec
from skeletonmae_plugin.label_efficiency.table import table

SPEC = Spec('a.pkl', 'coco', 'train', 'test', '', 2, 2)
LABELS = np.array([0, 0, 0, 1])


def result(predicted, lr_factor=1.0):
    return dict(
        **accuracies(predicted, LABELS),
        predicted=predicted,
        lr_factor=lr_factor,
        updates=40,
        seconds=2.5,
    )


@pytest.fixture
def done():
    right, wrong = [0, 0, 0, 1], [1, 1, 0, 0]
    cells = [(Cell('scratch', 0.5, s), result(wrong), 8) for s in (0, 1)]
    cells += [
        (Cell('pretrained', 0.5, s, p), result(right, 3.0), 8)
        for s in (0, 1)
        for p in (0, 1)
    ]
    cells.append((Cell('raw_knn', 0.1, 0), result(right, None), 2))
    return cells


def test_accuracies_are_of_clips_and_of_classes():
    found = accuracies([0, 0, 1, 0], LABELS)
    assert found['top1'] == pytest.approx(2 / 4)
    assert found['mean_class_accuracy'] == pytest.approx((2 / 3 + 0) / 2)


def test_row_has_what_the_issue_names(done):
    cell, content, count = done[2]
    row = result_row(cell, content, count, transductive=False)
    assert row == dict(
        arm='pretrained',
        fraction=0.5,
        seed=0,
        pretrain_seed=0,
        top1=1.0,
        mean_class_accuracy=1.0,
        num_labels=8,
        seconds=2.5,
        lr_factor=3.0,
    )
    assert result_row(cell, content, count, True)['transductive'] is True
    scratch = result_row(*done[0], transductive=True)
    assert 'transductive' not in scratch


def test_groups_are_compared_with_scratch(done):
    raw, scratch, pretrained = group_results(done, LABELS)
    assert (raw.arm, raw.num_labels, raw.difference) == ('raw_knn', 2, None)
    assert scratch.arm == 'scratch' and scratch.difference is None
    assert pretrained.difference.mean == pytest.approx(1 - 1 / 4)
    assert pretrained.difference.num_seeds == 2
    assert pretrained.mean == 1.0


def test_table_tells_numbers_and_circumstances(done):
    groups = group_results(done, LABELS)
    text = table(SPEC, groups, 'The answer.', ['cell x failed'])
    assert text.startswith('The answer.\n')
    line = next(x for x in text.splitlines() if '| scratch' in x)
    assert line == (
        '| 8 (50 %) | scratch | 25.0 ± 0.0 | 16.7 ± 0.0 |  | 2 x 1 | x 1 | '
        '40 | 2.5 |'
    )
    assert '| pretrained | 100.0 ± 0.0 | 100.0 ± 0.0 | +75.0 (' in text
    assert '| 2 (10 %) | raw_knn | 100.0 | 100.0 | - |' in text
    assert 'MISSING: cell x failed' in text
    assert 'none was swept' in text
    assert 'TRANSDUCTIVE' not in text and 'REDUCED' not in text


def test_table_marks_what_is_not_plain(done):
    spec = replace(SPEC, pretrain_on='all', epochs=0.5, sweep=0.1)
    text = table(spec, group_results(done, LABELS), '')
    assert '| pretrained (transductive) |' in text
    assert 'TRANSDUCTIVE' in text
    assert 'REDUCED: every training had 50 %' in text
    assert 'held out' in text
    spec = replace(SPEC, pretrained='w.pth', pretrain_on='all')
    text = table(spec, group_results(done, LABELS), '')
    assert 'what they have seen is not known' in text


def test_table_says_what_is_not_resampled(done):
    kept = [x for x in done if x[0].seed == 0 and not x[0].pretrain_seed]
    text = table(SPEC, group_results(kept, LABELS), '')
    assert 'one label subset only' in text
    assert 'one pre-training only' in text
    text = table(SPEC, group_results(done, LABELS), '')
    assert 'only, so it says nothing' not in text
    alone = [x for x in done if x[0].arm == 'scratch']
    text = table(SPEC, group_results(alone, LABELS), '')
    assert 'bootstrap' not in text  # nothing is compared


def test_figure_is_drawn(done, tmp_path):
    draw(SPEC, group_results(done, LABELS), tmp_path / 'figure.png')
    assert (tmp_path / 'figure.png').stat().st_size > 5000


def test_figure_has_a_line_an_arm_over_the_labels(done):
    axes = plot(SPEC, group_results(done, LABELS)).axes[0]
    lines = {line.get_label(): line.get_xydata() for line in axes.lines}
    assert list(lines) == ['scratch', 'pretrained', 'raw_knn']
    np.testing.assert_allclose(lines['scratch'], [[8, 25]])
    np.testing.assert_allclose(lines['raw_knn'], [[2, 100]])


def test_figure_of_one_number_of_labels_has_a_row_an_arm(done):
    groups = [g for g in group_results(done, LABELS) if g.num_labels == 8]
    axes = plot(replace(SPEC, pretrain_on='all'), groups).axes[0]
    names = [text.get_text() for text in axes.get_yticklabels()]
    assert names == ['scratch', 'pretrained (transductive)']
    dots = [
        line.get_xydata()[0] for line in axes.lines if line.get_xydata().size
    ]
    np.testing.assert_allclose(dots, [[25, 0], [100, 1]])
    assert '8 labelled clips' in axes.get_xlabel()


def test_scratch_that_learns_less_than_nothing_is_told(done):
    assert weak_scratch(group_results(done, LABELS)) == []
    right = done[-1][1]
    raw = (Cell('raw_knn', 0.5, 0), right, 8)
    groups = group_results([*done, raw], LABELS)
    told = 'with 8 labels scratch is below raw_knn, which train no network'
    assert weak_scratch(groups) == [told]
    assert f'CAUTION: {told}' in table(SPEC, groups, '')
    assert f'; but {told}.' in answer(groups)


def test_trainings_that_diverged_are_told(done):
    assert diverged(group_results(done, LABELS)) == []
    first, *others = done
    lost = first[0], {**first[1], 'finite': False}, first[2]
    groups = group_results([lost, *others], LABELS)
    told = 'with 8 labels 1 of 2 trainings of scratch have diverged'
    assert diverged(groups) == [told]
    assert f'DIVERGED: {told}' in table(SPEC, groups, '')
    assert f'; but {told}.' in answer(groups)


def test_clips_that_do_not_count_change_no_other_guess():
    whole = dict(predicted=[0, 1, 1, 0], top1=0.5, updates=3)
    labels, kept = np.array([0, 0, 1, 1]), np.array([True, False, True, True])
    some = of_clips(whole, labels, kept)
    assert some['predicted'] == [0, 1, 0] and some['updates'] == 3
    assert some['top1'] == pytest.approx(2 / 3)
    assert some['mean_class_accuracy'] == pytest.approx(3 / 4)
    assert whole['top1'] == 0.5
    assert of_clips(whole, labels, np.full(4, True))['top1'] == 0.5
