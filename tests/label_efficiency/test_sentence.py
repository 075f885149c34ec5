"""What is said, and what is not."""

import numpy as np
import pytest

from skeletonmae_plugin.label_efficiency.results import Group
from skeletonmae_plugin.label_efficiency.sentence import answer
from skeletonmae_plugin.label_efficiency.statistics import Difference

OVER = ('label subsets', 'pre-training seeds', 'test clips')


def groups(labels, scratch, pretrained, low, high, over=OVER, trainings=10):
    difference = Difference(
        pretrained - scratch, low, high, over, trainings, trainings
    )
    key = (0, None)
    no_hits = {key: np.zeros(1, bool)}
    return [
        Group('scratch', 0.1, labels, top1={key: scratch}, hits=no_hits),
        Group(
            'pretrained',
            0.1,
            labels,
            top1={(0, 0): pretrained},
            hits=no_hits,
            difference=difference,
        ),
    ]


def test_gain_is_told_with_its_interval_and_factor():
    cells = groups(102, 0.5, 0.623, 0.098, 0.148)
    cells += groups(1020, 0.8, 0.85, 0.01, 0.09)
    text = answer(cells)
    # A scratch of 62.3 lies at 10 ** 0.41 times the labels, its ends at
    # 10 ** 0.327 and 10 ** 0.493.
    assert text == (
        'With 102 labels, pre-training adds 12.3 points (95 % interval 9.8 '
        'to 14.8), like having 2.6 times the labels (2.1 to 3.1); with 1020 '
        'labels, pre-training adds 5.0 points (95 % interval 1.0 to 9.0).'
    )


def test_where_the_curve_is_flat_labels_are_no_measure():
    flat = groups(400, 0.52, 0.53, 0.001, 0.02)[:1]
    text = answer(groups(40, 0.5, 0.5175, 0.008, 0.032) + flat)
    assert 'like having 7.5 times the labels (2.5 to more than 10.0)' in text
    text = answer(groups(40, 0.5, 0.5001, 0.0001, 0.032) + flat)
    assert 'times the labels' not in text


def test_longer_training_is_told_from_labels():
    cells = groups(102, 0.5, 0.623, 0.098, 0.148)
    cells += groups(1020, 0.8, 0.85, 0.01, 0.09)
    cells[0].updates, cells[2].updates = 800, 1600
    assert '(2.1 to 3.1) and the longer training; ' in answer(cells)
    between = groups(400, 0.7, 0.75, 0.01, 0.09)
    between[0].updates = 800
    assert 'longer' not in answer(cells[:2] + between[:1] + cells[2:])


def test_a_curve_that_dips_gives_no_fewer_labels():
    cells = groups(10, 0.52, 0.52, 0, 0)[:1] + groups(20, 0.5, 0.6, 0.01, 0.15)
    cells += groups(200, 0.7, 0.7, 0, 0)[:1]
    assert 'like having 3.2 times the labels (1.1 to 5.6)' in answer(cells)


def test_few_trainings_are_told():
    cells = groups(20, 0.5, 0.6, 0.05, 0.15, trainings=3)
    assert answer(cells).endswith(
        '. (3 label subsets, 3 pre-trainings: intervals are rather too '
        'narrow.)'
    )
    assert 'narrow' not in answer(groups(20, 0.5, 0.6, 0.05, 0.15))


def test_cells_that_are_missing_are_told():
    cells = groups(20, 0.5, 0.6, 0.05, 0.15)
    assert answer(cells, num_missing=2).endswith('but 2 cells are missing.')
    assert answer(cells, num_missing=1).endswith('but 1 cell is missing.')


def test_spread_labels_are_told_beside_it():
    cells = groups(20, 0.5, 0.512, -0.005, 0.029)
    spread = groups(20, 0.5, 0.6, 0.05, 0.15)[1]
    spread.arm = 'spread'
    assert answer([*cells, spread]) == (
        'With 20 labels, no effect of pre-training is shown (+1.2 points, '
        '95 % interval -0.5 to 2.9); with 20 labels, pre-training with labels '
        'spread to the other training clips adds 10.0 points (95 % interval '
        '5.0 to 15.0).'
    )
    assert answer([cells[0], spread]).startswith(
        'With 20 labels, pre-training with'
    )


def test_a_test_that_was_seen_is_told_beside_the_gain():
    cells = groups(102, 0.5, 0.623, 0.098, 0.148)
    assert answer(cells, transductive=True).endswith(
        '14.8); transductive: pre-training has seen the clips of the test.'
    )
    assert 'transductive' not in answer(cells)


def test_chance_is_called_so():
    text = answer(groups(20, 0.5, 0.512, -0.005, 0.029))
    assert text == (
        'With 20 labels, no effect of pre-training is shown (+1.2 points, '
        '95 % interval -0.5 to 2.9).'
    )


def test_loss_is_called_so():
    cells = groups(20, 0.5, 0.4, -0.15, -0.05)
    assert 'pre-training costs 10.0 points' in answer(cells)
    assert 'times the labels' not in answer(cells)


def test_one_subset_is_told():
    text = answer(groups(20, 0.5, 0.6, 0.05, 0.15, ('test clips',)))
    assert '5.0 to 15.0 over test clips alone)' in text


@pytest.mark.parametrize('kept', [0, 1])
def test_nothing_is_said_of_one_arm(kept):
    cell = groups(20, 0.5, 0.6, 0.05, 0.15)[kept]
    cell.difference = None
    assert answer([cell]).startswith('Nothing can be said')
