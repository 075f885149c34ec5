"""Differences are of partners, and the table says what there is."""

import numpy as np
import pytest

from skeletonmae_plugin.label_efficiency.results import Group
from skeletonmae_plugin.study.figure import draw
from skeletonmae_plugin.study.report import (
    compare_same,
    markdown,
    table_rows,
)
from skeletonmae_plugin.study.run import RowResult
from skeletonmae_plugin.study.tables import Row


def group(arm, right, pretrained=(0, 1), n=20):
    """Two label subsets; ``right`` clips of each are right."""
    group = Group(arm, 0.5, 10, updates=7)
    for seed in (0, 1):
        for p in (None,) if arm == 'scratch' else pretrained:
            hits = np.arange(n) < right + seed
            group.hits[seed, p] = hits
            group.top1[seed, p] = group.mean_class[seed, p] = hits.mean()
    return group


def result(name, *groups, arms=('scratch', 'pretrained')):
    return RowResult(Row(name, arms=arms), list(groups), [], {}, {})


@pytest.fixture
def rows():
    return table_rows(
        [
            result('plain', group('scratch', 8), group('pretrained', 10)),
            result('other', group('scratch', 8), group('pretrained', 13)),
            result('bare', group('pretrained', 6), arms=('pretrained',)),
        ]
    )


def test_partners_have_the_same_seeds():
    hits = {(s, p): np.arange(4) < s + p for s in (0, 1) for p in (0, 1)}
    found = compare_same(hits, dict(hits))
    assert found.mean == found.low == found.high == 0
    swapped = {(s, p): hits[s, 1 - p] for s, p in hits}
    found = compare_same(hits, swapped)
    assert found.mean == 0 and found.low < 0 < found.high
    del hits[1, 1]
    assert compare_same(hits, swapped).num_seeds == 1
    del hits[0, 0]
    assert compare_same(hits, swapped) is None


def test_numbers_of_a_row(rows):
    assert [(r['row'], r['arm']) for r in rows] == [
        ('plain', 'scratch'),
        ('plain', 'pretrained'),
        ('other', 'scratch'),
        ('other', 'pretrained'),
        ('bare', 'pretrained'),
    ]
    other = rows[3]
    assert other['top1'] == pytest.approx(13.5 / 20)
    assert other['std'] == pytest.approx(np.std([13, 14], ddof=1) / 20)
    assert other['minus_scratch']['mean'] == pytest.approx(5 / 20)
    assert other['minus_first']['mean'] == pytest.approx(3 / 20)
    assert rows[1]['minus_first'] is None
    # Beside the scratch of the first row.
    assert rows[4]['minus_scratch']['mean'] == pytest.approx(-2 / 20)
    assert (other['num_subsets'], other['num_pretrainings']) == (2, 2)


def test_table_tells_them(rows):
    lines = markdown(rows, ['a note']).splitlines()
    assert lines[0] == (
        '| labels | row | scratch | pretrained | pretrained minus scratch | '
        'pretrained minus the first row |'
    )
    other = rows[3]['minus_first']
    cells = lines[3].split(' | ')
    assert cells[:4] == [
        '| 10 (50 %)',
        'other',
        '42.5 ± 3.5',
        '67.5 ± 3.5',
    ]
    assert cells[5] == (
        f'+15.0 ({100 * other["low"]:+.1f} to {100 * other["high"]:+.1f}) |'
    )
    assert lines[4].startswith('| 10 (50 %) | bare | - | 32.5 ± 3.5 |')
    assert lines[-1] == '- a note'
    assert len({line.count('|') for line in lines[:5]}) == 1


def test_a_scratch_that_changes_is_compared():
    first = result('plain', group('scratch', 8), group('pretrained', 10))
    second = result('other', group('scratch', 5), group('pretrained', 10))
    head = markdown(table_rows([first, second])).splitlines()[0]
    assert 'scratch minus the first row' in head


def test_given_weights_stand_beside_each_pretraining():
    given = Row('given', arms=('pretrained',), pretrained='w.pth')
    first, second = group('pretrained', 10), group('pretrained', 13, (0,))
    rows = table_rows(
        [
            result('plain', group('scratch', 8), first),
            RowResult(given, [second], [], {}, {}),
        ]
    )
    found = rows[-1]
    assert found['num_pretrainings'] == 1
    assert found['minus_first']['mean'] == pytest.approx(3 / 20)
    assert 'pre-training seeds' in found['minus_first']['over']
    assert found['minus_scratch']['mean'] == pytest.approx(5 / 20)
    # Whichever of the two comes first.
    rows = table_rows(
        [
            RowResult(given, [second], [], {}, {}),
            result('plain', group('scratch', 8), first),
        ]
    )
    (found,) = [r for r in rows if r['minus_first']]
    assert found['minus_first']['mean'] == pytest.approx(-3 / 20)


def test_given_weights_are_not_pretrained_too():
    with pytest.raises(ValueError, match="row 'both': expected a pre-train"):
        Row('both', {'train_cfg.max_epochs': 3}, pretrained='w.pth')


def test_figure_is_drawn(rows, tmp_path):
    draw(rows, 'parts toy', tmp_path / 'figure.png')
    assert (tmp_path / 'figure.png').stat().st_size > 5000
