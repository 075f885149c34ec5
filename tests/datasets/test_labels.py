import json
import pickle

import numpy as np
import pytest

from skeletonmae_plugin.datasets import SkeletonDataset
from skeletonmae_plugin.datasets.labels import (
    label_column,
    read_labels,
    relabelled,
)
from skeletonmae_plugin.datasets.packed_store import open_store
from skeletonmae_plugin.datasets.packing import pack


@pytest.fixture
def labels_file(tmp_path):
    def write(labels):
        path = tmp_path / 'labels.json'
        text = labels if isinstance(labels, str) else json.dumps(labels)
        path.write_text(text)
        return str(path)

    return write


@pytest.fixture(params=['pickle', 'store'])
def source(request, skeleton_file, tmp_path):
    """12 clips of the labels 0, 1, 2, 0, 1, 2, ..., the first 8 in train."""
    path = skeleton_file()
    if request.param == 'pickle':
        return path
    pack(path, tmp_path / 'store', 'coco')
    return str(tmp_path / 'store')


def labels_of(dataset):
    clips = [dataset.get_data_info(i) for i in range(len(dataset))]
    return {clip['frame_dir']: clip.get('label') for clip in clips}


def test_labels_take_the_place_of_those_in_the_file(source, labels_file):
    dataset = SkeletonDataset(
        source,
        'coco',
        split='train',
        include=['clip00', 'clip01', 'clip02'],
        # clip09 is in another split, clip07 is not included
        labels_file=labels_file(dict(clip01=7, clip09=1, clip07=3, clip02=0)),
    )
    assert labels_of(dataset) == dict(clip00=None, clip01=7, clip02=0)
    plain = SkeletonDataset(source, 'coco', include=['clip01'])
    assert labels_of(plain) == dict(clip01=1)


def test_whole_batches_have_the_new_labels(source, labels_file, pipeline):
    dataset = SkeletonDataset(
        source,
        'coco',
        pipeline=pipeline(),
        labels_file=labels_file(dict(clip01=7)),
        batched=True,
    )
    batch = dataset.__getitems__([0, 1])
    plain, labelled = batch['data_samples']
    assert 'gt_label' not in plain and labelled.gt_label.tolist() == [7]


def test_the_choice_of_clips_sees_the_new_labels(source, labels_file):
    file = labels_file({f'clip{i:02d}': 5 + i % 2 for i in range(6)})
    by_class = SkeletonDataset(source, 'coco', labels_file=file, classes=[6])
    assert labels_of(by_class) == dict(clip01=6, clip03=6, clip05=6)
    few = SkeletonDataset(source, 'coco', labels_file=file, labels_per_class=1)
    assert sorted(labels_of(few).values()) == [5, 6]


def test_unknown_clips_are_an_error_or_logged(source, labels_file):
    file = labels_file(dict(clip01=2, typo=0))
    with pytest.raises(ValueError, match=r"labels_file: 1 of 2.*'typo'"):
        SkeletonDataset(source, 'coco', labels_file=file)
    dataset = SkeletonDataset(
        source,
        'coco',
        labels_file=file,
        include=['clip01', 'clip02'],
        on_bad_clip='skip',
    )
    assert labels_of(dataset) == dict(clip01=2, clip02=None)


def test_num_classes_holds_for_the_new_labels_only(source, labels_file):
    good = labels_file(dict(clip02=0))  # in the file it has the label 2
    assert SkeletonDataset(source, 'coco', labels_file=good, num_classes=1)
    bad = labels_file(dict(clip02=1))
    match = r"labels\.json.*clip 'clip02': label must be in \[0, 0\], got 1"
    with pytest.raises(ValueError, match=match):
        SkeletonDataset(source, 'coco', labels_file=bad, num_classes=1)


@pytest.mark.parametrize(
    ('content', 'reason'),
    [
        ('[1]', 'got a list'),
        ('{', 'cannot read labels'),
        ('{"a": 1, "a": 2}', "'a' is there twice"),
        ('{"a": 1.0}', "clip 'a': label must be an int, got 1.0"),
        ('{"a": -1}', "clip 'a': label must be at least 0"),
        ('{"a": null}', "clip 'a': label is null"),
    ],
)
def test_files_that_are_refused(labels_file, content, reason):
    with pytest.raises(ValueError, match=reason):
        read_labels(labels_file(content))


def test_missing_file(tmp_path):
    with pytest.raises(ValueError, match=r'cannot read labels.*none\.json'):
        read_labels(tmp_path / 'none.json')


def test_a_store_stays_as_it_is_and_travels_with_its_labels(
    skeleton_file, annotation, tmp_path
):
    pack(skeleton_file(), tmp_path / 'store', 'coco')
    store = open_store(tmp_path / 'store')
    labels = label_column(store.table.names, dict(clip03=9))
    other = store.relabel(labels)
    assert store.table.label[3] == 0 and other.table.label[3] == 9
    assert other.keypoint is store.keypoint
    # A worker that is not forked opens the folder anew.
    sent = pickle.dumps(other)
    more = skeleton_file([annotation('new', label=1)], name='more.pkl')
    pack(more, tmp_path / 'store', 'coco', append=True)
    again = pickle.loads(sent)
    np.testing.assert_array_equal(again.table.label[:12], labels)
    assert again.table.label.tolist()[12:] == [-1]
    np.testing.assert_array_equal(again.keypoint[:5], store.keypoint[:5])
    assert pickle.loads(pickle.dumps(store)).table.label[3] == 0


def test_annotations_stay_as_they_are():
    clips = dict(a=dict(label=1), b=dict(label=2))
    assert relabelled(clips, dict(b=0)) == dict(
        a=dict(label=None), b=dict(label=0)
    )
    assert clips == dict(a=dict(label=1), b=dict(label=2))
