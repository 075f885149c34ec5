import pytest

from skeletonmae_plugin.health.split_findings import (
    opposite_splits,
    readable_splits,
)


@pytest.mark.parametrize(
    'names, pairs',
    [
        (['train', 'test'], [('train', 'test')]),
        (
            ['xsub_train', 'xsub_val', 'xview_train', 'xview_val'],
            [('xsub_train', 'xsub_val'), ('xview_train', 'xview_val')],
        ),
        (['test1', 'train1', 'train2'], [('train1', 'test1')]),
        (
            ['train', 'val', 'test'],
            [('train', 'val'), ('train', 'test')],
        ),
        (['Training', 'validation'], [('Training', 'validation')]),
        (['mine', 'theirs'], []),
        (['interval', 'restrain', 'latest'], []),
        (['xsub_train', 'xview_val'], []),
        (['sub_train_1', 'sub_eval_1'], [('sub_train_1', 'sub_eval_1')]),
    ],
)
def test_splits_that_belong_together(names, pairs):
    assert opposite_splits({name: [] for name in names}) == pairs


def test_splits_that_can_be_read():
    splits, wrong = readable_splits({'a': ('x',), 3: ['y'], 'b': 1.5})
    assert splits == {'a': ['x']}
    assert [(found.split, found.why) for found in wrong] == [
        (3, 'its name 3 is no text'),
        ('b', 'holds a float, no list of names'),
    ]
