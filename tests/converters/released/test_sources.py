import os

import pytest

from skeletonmae_plugin.converters.released.sources import (
    read_sources,
    split_and_file,
)


def test_split_before_the_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert split_and_file('a.pkl') == (None, 'a.pkl')
    assert split_and_file('train=b/a.pkl') == ('train', 'b/a.pkl')
    (tmp_path / 'x=1.pkl').touch()
    assert split_and_file('x=1.pkl') == (None, 'x=1.pkl')


def test_a_file_with_splits(clip, write):
    data = dict(
        split={'train': ['a'], 1: ['b']},
        annotations=[clip('a'), clip('b')],
        classes=['x', 'y'],
    )
    found = read_sources([write(data)])
    assert list(found.clips) == ['a', 'b'] and found.classes == ('x', 'y')
    assert found.splits == {'train': ['a'], '1': ['b']}


def test_lists_of_a_split_each(clip, write):
    train = write([clip('a'), clip('b')], 'train.pkl')
    val = write([clip('c')], 'val.pkl')
    found = read_sources([f'train={train}', f'val={val}'])
    assert list(found.clips) == ['a', 'b', 'c'] and found.classes is None
    assert found.splits == dict(train=['a', 'b'], val=['c'])


def test_what_does_not_go_together(clip, write):
    one = write([clip('a')], 'one.pkl')
    two = write([clip('b'), clip('a')], 'two.pkl')
    with pytest.raises(ValueError, match="two.pkl: 1 of its clips .*'a'"):
        read_sources([one, two])
    data = dict(split=dict(val=['a']), annotations=[clip('a')])
    with pytest.raises(ValueError, match=r'of its own \(val\); .* train='):
        read_sources([f'train={write(data)}'])


def test_code_is_refused(write, tmp_path):
    mark = tmp_path / 'mark'

    class Call:
        def __reduce__(self):
            return os.system, (f'touch {mark}',)

    with pytest.raises(ValueError, match='in.pkl: refused'):
        read_sources([write([Call()])])
    assert not mark.exists()
