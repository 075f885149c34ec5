"""Numbers stand where the paper has them, and are its own."""

import pytest

from skeletonmae_plugin.layouts import get_layout
from skeletonmae_plugin.reproduce.paper import published
from skeletonmae_plugin.reproduce.rows import TABLES, Place

COCO = Place('finegym', get_layout('coco'))
#: One by one, then the best and the worst choice of parts.
FIVE, NINE = (89.7, 91.8, 91.1), (90.3, 91.2, 90.1)
TWELVE, FIFTEEN = (89.9, 91.0), (90.1, 90.8, 90.2)


def numbers(table, place=COCO, split='train'):
    found = {}
    for line in TABLES[table](place):
        number = published(line.paper, place.set_name, split)
        found[line.row.name] = number and number[0]
    return found


@pytest.mark.parametrize(
    'table, expected',
    [
        ('depth', [89.1, 90.6, 91.2, 91.0]),
        ('encoder_depth', [89.6, 90.7, 91.2, 90.9]),
        ('joints', [*FIVE, *NINE, *TWELVE, *FIFTEEN]),
        ('scratch', [86.3, 91.2, None]),
        ('main', [91.8, None, 86.3, None, None, None]),
        ('controls', [91.2, None, None, None, None]),
    ],
)
def test_numbers_of_the_ablations(table, expected):
    assert list(numbers(table).values()) == expected


def test_numbers_by_hidden_part():
    found = numbers('convs')
    assert found['GIN, head hidden'] == 88.6
    assert found['GIN, right arm hidden'] == 91.2
    assert found['GCN, torso hidden'] == 88.9
    assert found['GCN, left leg hidden'] == 89.5
    assert found['GAT, left arm hidden'] == 88.9
    assert found['GAT, right leg hidden'] == 90.0
    assert len(found) == 18
    parts = numbers('parts')
    assert (parts['torso'], parts['right leg']) == (89.5, 91.2)
    assert parts['right arm + right leg'] == 91.8
    assert parts['head + torso'] == 90.1
    assert parts['head + left arm'] is None
    assert len(parts) == 6 + 15


@pytest.mark.parametrize(
    'name, split, percent, stgcnpp',
    [
        ('ntu60', 'xsub_train', 92.8, 89.3),
        ('ntu60', 'xview_train', 96.5, 97.4),
        ('ntu120', 'xsub_train', 84.8, 84.4),
        ('ntu120', 'xset_train', 85.7, 88.1),
    ],
)
def test_a_set_has_a_number_for_each_split(name, split, percent, stgcnpp):
    place = Place(name, get_layout('coco'))
    assert next(iter(numbers('main', place, split).values())) == percent
    assert numbers('controls', place, split)['stock ST-GCN++'] == stgcnpp


def test_another_set_is_told_whose_number_it_sees():
    line = next(TABLES['depth'](Place('nwucla', get_layout('kinect20'))))
    assert published(line.paper, 'nwucla', 'xview_train') == (89.1, 'finegym')
    assert published({'ntu60 xsub': 1.0}, 'nwucla', 'xsub_train') is None
    # Its 3D form is another set: the published joints are 2D.
    assert published({'ntu60 xsub': 1.0}, 'ntu60_3d', 'xsub_train') is None
