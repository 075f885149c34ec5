import json
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skeletonmae_plugin.datasets.subsets import (
    choose_labelled,
    read_ids,
    write_ids,
)

label_lists = st.lists(st.integers(0, 4), min_size=1, max_size=60)


def names(labels):
    return [f'clip{i:03d}' for i in range(len(labels))]


@given(labels=label_lists, fraction=st.floats(0.01, 1), seed=st.integers(0, 9))
def test_a_fraction_of_each_class_and_at_least_one(labels, fraction, seed):
    ids = names(labels)
    chosen = choose_labelled(ids, labels, fraction=fraction, seed=seed)
    label_of = dict(zip(ids, labels, strict=True))
    took = Counter(label_of[name] for name in chosen)
    for label, total in Counter(labels).items():
        assert took[label] == max(1, round(fraction * total))


@given(labels=label_lists, count=st.integers(1, 8), seed=st.integers(0, 9))
def test_order_of_the_file_plays_no_part(labels, count, seed):
    ids = names(labels)
    chosen = choose_labelled(ids, labels, per_class=count, seed=seed)
    pairs = list(zip(ids, labels, strict=True))
    random.Random(seed).shuffle(pairs)
    assert chosen == choose_labelled(
        *zip(*pairs, strict=True), per_class=count, seed=seed
    )
    more = choose_labelled(ids, labels, per_class=count + 1, seed=seed)
    assert set(chosen) <= set(more)


def test_seeds_differ_and_all_clips_are_chosen_by_some():
    labels = [0] * 10
    choices = {
        choose_labelled(names(labels), labels, per_class=1, seed=s)[0]
        for s in range(100)
    }
    assert choices == set(names(labels))


@pytest.mark.parametrize(
    'amount, message',
    [
        (dict(), 'either label_fraction or labels_per_class'),
        (dict(fraction=0.5, per_class=1), 'either label_fraction'),
        (dict(fraction=0.0), r'label_fraction must be in \(0, 1\]'),
        (dict(fraction=1.1), r'label_fraction must be in \(0, 1\]'),
        (dict(per_class=0), 'labels_per_class must be at least 1'),
    ],
)
def test_impossible_amounts(amount, message):
    with pytest.raises(ValueError, match=message):
        choose_labelled(['a'], [0], **amount)


@pytest.mark.parametrize('name', ['ids.txt', 'deep/ids.json'])
def test_ids_are_read_as_written(tmp_path, name):
    path = tmp_path / name
    given = ['a b', 'ü', 'c', 'e\u2028f']
    write_ids(path, ['old'])
    write_ids(path, given)
    assert read_ids(path) == given
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    if path.suffix == '.json':
        assert json.loads(path.read_text()) == given


def test_a_file_that_is_none_is_named(tmp_path):
    with pytest.raises(ValueError, match=r'clip names from .*none\.txt'):
        read_ids(tmp_path / 'none.txt')
    (tmp_path / 'bad.json').write_text('[1,')
    with pytest.raises(ValueError, match=r'bad\.json.*JSON list'):
        read_ids(tmp_path / 'bad.json')


def test_lists_of_other_hands_are_read_too(tmp_path):
    (tmp_path / 'ids.txt').write_bytes(b'a \r\n\r\n\tb c\r\n')
    assert read_ids(tmp_path / 'ids.txt') == ['a', 'b c']


@pytest.mark.parametrize('name', ['a\nb', 'a\rb', '', ' ', 'a\r', ' a', 'a '])
def test_names_that_are_no_line_need_json(tmp_path, name):
    with pytest.raises(ValueError, match='no line of a text.*json'):
        write_ids(tmp_path / 'ids.txt', ['a', name])
    write_ids(tmp_path / 'ids.json', ['a', name])
    assert read_ids(tmp_path / 'ids.json') == ['a', name]
