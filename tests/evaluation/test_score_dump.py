"""Dumps of scores: written, read, refused."""

import pickle
import re

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from skeletonmae_plugin.evaluation.score_dump import (
    make_scores,
    read_scores,
    write_scores,
)

IDS = np.array(['b', 'a', 'ü c'])
VALUES = np.array([[0.5, 0.5], [0.25, 0.75], [1, 0]], np.float32)
LABELS = np.array([1, 0, -1])
FACTS = dict(config='c.py', checkpoint='x.pth', ann_file='f', split='test')


def test_what_is_written_is_read(tmp_path):
    path = tmp_path / 'new' / 'scores.npz'
    write_scores(path, make_scores('x', IDS, VALUES, LABELS, FACTS))
    found = read_scores(path)
    assert found.file == str(path)
    assert found.ids.tolist() == ['a', 'b', 'ü c']
    np.testing.assert_array_equal(found.values, VALUES[[1, 0, 2]])
    assert found.values.dtype == np.float32
    assert found.labels.tolist() == [0, 1, -1]
    assert found.facts == FACTS
    assert [p.name for p in path.parent.iterdir()] == ['scores.npz']
    # Plain NumPy, for anybody.
    with np.load(path, allow_pickle=False) as file:
        kinds = {key: file[key].dtype.kind for key in file}
    assert kinds == dict(
        ids='U', scores='f', labels='i', **dict.fromkeys(FACTS, 'U')
    )


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / 'scores.npz'
    write_scores(path, make_scores('x', IDS, VALUES, LABELS))

    def fail(file, **arrays):
        file.write(b'half of it')
        raise OSError('disk full')

    monkeypatch.setattr(np, 'savez_compressed', fail)
    with pytest.raises(OSError, match='disk full'):
        write_scores(path, make_scores('x', IDS, 0 * VALUES, LABELS))
    monkeypatch.undo()
    np.testing.assert_array_equal(read_scores(path).values[0], VALUES[1])


@given(st.permutations(range(3)), st.lists(st.integers(0, 2), max_size=3))
def test_order_and_repeated_clips_change_nothing(order, again):
    rows = np.array([*order, *again])
    # As a second pass in another batch gives it.
    noise = np.where(np.arange(len(rows)) < 3, 0, 1e-4)[:, None]
    found = make_scores('x', IDS[rows], VALUES[rows] + noise, LABELS[rows])
    assert found.ids.tolist() == ['a', 'b', 'ü c']
    np.testing.assert_array_equal(found.values, VALUES[[1, 0, 2]])
    assert found.labels.tolist() == [0, 1, -1]


def test_some_of_the_clips():
    found = make_scores('x', IDS, VALUES, LABELS)
    assert found.labelled().ids.tolist() == ['a', 'b']
    some = found.take(np.array(['b']))
    assert (len(some), some.num_classes, some.labels[0]) == (1, 2, 1)
    np.testing.assert_array_equal(some.values, VALUES[:1])


@pytest.mark.parametrize(
    ('change', 'words'),
    [
        (dict(values=np.full((3, 2), np.nan)), '3 of 3 clips .* not finite'),
        (dict(values=np.array([[0, 1], [0, np.inf], [1, 0.0]])),
         "1 of 3 clips .*'a'"),
        (dict(labels=np.array([1, 2, -1])), "outside the 2 classes.*'a'"),
        (dict(labels=np.array([1, 0, -2])), "outside the 2 classes.*'ü c'"),
        (dict(ids=np.array(['b', 'a', 'b'])), "repeat a name.*'b'"),
        (dict(ids=np.array(['b', 'b', 'a']), values=0.5 + 0 * VALUES),
         'another label'),
        (dict(values=VALUES[:2]), r'got ids <U3\(3,\), scores float32\(2, 2'),
        (dict(values=VALUES[0]), r'expected .* scores \(n, K\)'),
        (dict(ids=np.arange(3)), 'expected ids .* of text'),
        (dict(labels=VALUES[:, 0]), 'whole numbers'),
        (dict(ids=IDS[:0], values=VALUES[:0], labels=LABELS[:0]),
         'expected clips and classes'),
    ],
)  # fmt: skip
def test_bad_scores_are_named(change, words):
    arrays = {**dict(ids=IDS, values=VALUES, labels=LABELS), **change}
    with pytest.raises(ValueError, match='A.npz: .*' + words):
        make_scores('A.npz', **arrays)


class Malice:
    """A pickle that would make a file when it is read."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), 'w')


@pytest.mark.parametrize(
    'name', ['dump.pkl', 'dump.npz', 'object.npz', 'one.npy', 'torch.npz']
)
def test_a_pickle_is_not_read(tmp_path, name):
    path, mark = tmp_path / name, tmp_path / 'mark'
    if name.startswith('dump'):
        path.write_bytes(pickle.dumps([Malice(mark)]))
    elif name == 'torch.npz':
        torch.save([Malice(mark)], path)
    else:
        array = np.array([Malice(mark)], object)
        with open(path, 'wb') as file:
            if name == 'one.npy':
                np.save(file, array, allow_pickle=True)
            else:
                np.savez(file, ids=IDS, scores=array, labels=LABELS)
    words = re.escape(str(path)) + r'.*tools/test.py CONFIG CHECKPOINT --dump'
    with pytest.raises(ValueError, match=words):
        read_scores(path)
    assert not mark.exists()


@pytest.mark.parametrize('kind', ['empty', 'junk', 'cut', 'lacks', 'huge'])
def test_what_is_no_dump_is_told(tmp_path, kind):
    path = tmp_path / 'x.npz'
    write_scores(path, make_scores('x', IDS, VALUES, LABELS))
    content = path.read_bytes()
    if kind == 'lacks':
        np.savez(path, scores=VALUES, labels=LABELS)
    elif kind == 'huge':
        large = b"{'descr': '<f8', 'fortran_order': False, "
        large += b"'shape': (1000000000000000, 9), }".ljust(77) + b'\n'
        np.savez(path, ids=IDS, scores=VALUES, labels=LABELS)
        old = path.read_bytes()
        at = old.index(b"{'descr': '<f4'")
        path.write_bytes(old[:at] + large + old[at + len(large) :])
    else:
        path.write_bytes(
            dict(empty=b'', junk=b'\x80' * 99, cut=content[:-60])[kind]
        )
    with pytest.raises(ValueError, match=r'x\.npz cannot be read: .*--dump'):
        read_scores(path)
    with pytest.raises(FileNotFoundError, match=r'y\.npz: no such file'):
        read_scores(tmp_path / 'y.npz')
