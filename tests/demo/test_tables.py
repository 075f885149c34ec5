import numpy as np
import pytest

from skeletonmae_plugin.demo.comparison import Comparison, read_table
from skeletonmae_plugin.demo.tables import (
    caution,
    error_table,
    format_table,
    label_table,
    short_table,
)
from skeletonmae_plugin.label_efficiency.spec import Spec
from skeletonmae_plugin.label_efficiency.table import table


def make_comparison(num_subsets=3):
    spec = Spec('toy.pkl', 'coco', 'train', 'test', '', 2, 2)
    # The columns that the tool really writes.
    columns, _, notes = read_table(table(spec, [], ''))
    rows = [
        ['30 (5 %)', arm, top1, *[''] * (len(columns) - 3)]
        for arm, top1 in (('scratch', '40.0'), ('pretrained', '60.0'))
    ]
    return Comparison(
        answer='With 30 labels, pre-training adds 20.0 points.',
        columns=columns,
        rows=rows,
        notes=notes,
        figure=b'png',
        num_labels=30,
        top1=dict(pretrained=60.0, scratch=40.0),
        num_subsets=num_subsets,
        curves={'scratch': [], 'pretrained': []},
        pairs=np.array([[0, 1], [1, 1]]),
        pretrain_rows=[],
    )


@pytest.mark.parametrize(
    'count, said', [(1, 'One label subset and'), (3, '3 label subsets and')]
)
def test_few_subsets_are_told(count, said):
    found = make_comparison(count)
    assert caution(found).startswith(said)
    assert said in label_table(found)['note']


def test_table_stands_with_its_figure_and_notes():
    found = label_table(make_comparison())
    assert found['png'] == b'png'
    assert 'test chooses nothing' in found['note']


def test_short_table_has_whole_lines():
    found = short_table(make_comparison())
    assert [row[:3] for row in found['rows']] == [
        ['30 (5 %)', 'scratch', '40.0'],
        ['30 (5 %)', 'pretrained', '60.0'],
    ]
    lines = format_table(found).splitlines()
    assert len({len(line) for line in lines[1:]}) == 1


def test_errors_stand_beside_that_of_the_model():
    test = dict(masked_error=0.5, interpolation_error=1.0, mean_pose_error=2.0)
    assert [row[1:] for row in error_table(test)['rows']] == [
        [0.5, 1.0],
        [1.0, 2.0],
        [2.0, 4.0],
    ]
