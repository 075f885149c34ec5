import pytest

from skeletonmae_plugin.converters.released.split_names import rename_splits

SPLITS = dict(train=['a', 'b'], test=['c'], all=['a', 'b', 'c'])


def test_renamed_and_in_order_without_others():
    found = rename_splits(SPLITS, dict(test='val'), ('val', 'train'))
    assert found == dict(val=['c'], train=['a', 'b'])
    assert list(found) == ['val', 'train']


@pytest.mark.parametrize(
    'splits, new, message',
    [
        (SPLITS, {}, "no split 'val': there are 'train', 'test', 'all', exp"),
        ({}, {}, "no split 'train', 'val': there are none, expected 'train'"),
        (SPLITS, dict(dev='val'), "no split 'dev'"),
        (SPLITS, dict(test='train'), "two splits would be called 'train'"),
        (SPLITS, dict(all='val'), "'a' is in the splits 'train' and 'val'"),
        (dict(train=['a', 'a'], val=[]), {}, "'a' is twice in the split 'tr"),
    ],
)
def test_what_cannot_be(splits, new, message):
    with pytest.raises(ValueError, match=message):
        rename_splits(splits, new, ('train', 'val'))
