"""Clips are found by name, and what does not go together is named."""

import re

import numpy as np
import pytest

from skeletonmae_plugin.ensemble.matching import match
from skeletonmae_plugin.evaluation.score_dump import make_scores


def test_all_have_the_same_clips(make):
    members = [make(0), make(1)]
    for found, member in zip(match(members), members, strict=True):
        assert found.ids.tolist() == members[0].ids.tolist()
        np.testing.assert_array_equal(found.values, member.values)


@pytest.mark.parametrize('which', [0, 1])
def test_a_missing_clip_is_told_with_its_file(make, which):
    members = [make(0), make(1)]
    members[which] = members[which].take(members[which].ids[3:])
    words = f"{which}.npz lacks 3 of the 40 clips .*'clip000'.*--common"
    with pytest.raises(ValueError, match=words):
        match(members)


def test_common_clips_only(make):
    a, b = make(0), make(1)
    found = match([a.take(a.ids[2:]), b.take(b.ids[:-5])], common=True)
    for one, whole in zip(found, (a, b), strict=True):
        assert one.ids.tolist() == a.ids[2:-5].tolist()
        np.testing.assert_array_equal(one.values, whole.values[2:-5])
        np.testing.assert_array_equal(one.labels, whole.labels[2:-5])
    with pytest.raises(ValueError, match='0.npz, 1.npz have no clip in comm'):
        match([a, make(1, prefix='x')], common=True)


def test_other_labels_are_told(make):
    a, b = make(0), make(1)
    labels = b.labels.copy()
    labels[[4, 6]] = [-1, (labels[6] + 1) % 7]
    other = make_scores('B', b.ids, b.values, labels)
    words = re.escape(f"2 of 40 clips different labels, for instance 'clip004'"
                      f' {a.labels[4]} and -1')  # fmt: skip
    with pytest.raises(ValueError, match=f'0.npz and B give {words}'):
        match([a, other])


def test_other_classes_are_told(make):
    with pytest.raises(ValueError, match='0.npz .* 7 classes, 1.npz of 8'):
        match([make(0), make(1, num_classes=8)])


def test_no_label_at_all_is_told(make):
    a = make(0)
    bare = make_scores('A', a.ids, a.values, np.full(len(a), -1))
    with pytest.raises(ValueError, match='A: none of the 40 clips has a lab'):
        match([bare])
