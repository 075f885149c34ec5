import json

import numpy as np
import pytest

from skeletonmae_plugin.converters.released import DIVING48, FINEGYM, adapt


@pytest.fixture
def gym(clip, write):
    """A file of three clips of the training and two of the validation."""
    names = dict(train=['a', 'b', 'c'], val=['d', 'e'])
    labels = dict(a=0, b=6, c=16, d=17, e=98)
    clips = [clip(name, label) for name, label in labels.items()]
    return write(dict(split=names, annotations=clips))


def test_a_released_file_stays_as_it_is(gym):
    dataset, report = adapt([gym], FINEGYM)
    assert dataset['split'] == dict(train=['a', 'b', 'c'], val=['d', 'e'])
    assert [c['label'] for c in dataset['annotations']] == [0, 6, 16, 17, 98]
    first = dataset['annotations'][0]
    assert first['keypoint'].dtype == np.float16
    assert first['img_shape'] == (720, 1280)
    assert report.broken == {} and report.gone == ()


def test_a_subset_of_the_classes(gym):
    dataset, _ = adapt([gym], FINEGYM, subset='FX-S1')
    assert dataset['split'] == dict(train=['b', 'c'], val=[])
    assert [c['label'] for c in dataset['annotations']] == [0, 10]
    with pytest.raises(ValueError, match="no subset 'XX'; there are VT, FX"):
        adapt([gym], FINEGYM, subset='XX')
    with pytest.raises(ValueError, match='no subset .*there are none'):
        adapt([gym], DIVING48, subset='FX')


def test_other_split_names(clip, write):
    data = dict(
        split=dict(train=['a'], test=['b']),
        annotations=[clip('a'), clip('b')],
    )
    with pytest.raises(ValueError, match="no split 'val'.*--rename OLD=NEW"):
        adapt([write(data)], FINEGYM)
    dataset, _ = adapt([write(data)], FINEGYM, new_names=dict(test='val'))
    assert dataset['split'] == dict(train=['a'], val=['b'])
    dataset, _ = adapt([write(data)], DIVING48)
    assert dataset['split'] == data['split']


def test_broken_clips_and_names_without_one(clip, write):
    empty = clip('b', keypoint=np.zeros((1, 5, 17, 2), np.float16))
    data = dict(
        split=dict(train=['a', 'b', 'gone'], val=['c']),
        annotations=[clip('a'), empty, clip('c'), clip('in no split')],
    )
    dataset, report = adapt([write(data)], FINEGYM)
    assert dataset['split'] == dict(train=['a'], val=['c'])
    assert [c['frame_dir'] for c in dataset['annotations']] == ['a', 'c']
    assert report.gone == ('gone',)
    assert report.broken == dict(b='no joint is seen in any frame')


def test_diving48_from_poses_without_labels(clip, write):
    poses = [clip(name, label=None) for name in 'abcx']
    lists = [
        write(json.dumps([dict(vid_name=n, label=k)]), f'{n}.json')
        for k, n in enumerate('ab')
    ]
    dataset, report = adapt(
        [write(poses)],
        DIVING48,
        lists=[f'train={lists[0]}', f'test={lists[1]}'],
    )
    assert dataset['split'] == dict(train=['a'], test=['b'])
    assert [c['label'] for c in dataset['annotations']] == [0, 1]
    assert (report.changed, report.unlisted, report.absent) == (2, 2, ())


def test_gym99_out_of_a_larger_set(clip, write):
    """Labels of 288 classes, splits of other names: the lists know better."""
    names = [f'A0xAXXysHUo_00218{k}_002237_0035_0036' for k in range(3)]
    long = [f'A0xAXXysHUo_E_00218{k}_002237_A_0035_0036 {k}' for k in range(2)]
    data = dict(
        split=dict(train=names, test=[]),
        annotations=[clip(name, 260) for name in names],
    )
    lists = [write(text, f'{text[-1]}.txt') for text in long]
    dataset, report = adapt(
        [write(data)],
        FINEGYM,
        lists=[f'train={lists[0]}', f'val={lists[1]}'],
    )
    assert dataset['split'] == dict(train=[names[0]], val=[names[1]])
    assert report.broken == {} and report.unlisted == 1


def test_lists_need_their_split_once(clip, write):
    file, text = write([clip('a')]), write('a 1', 'a.txt')
    for lists in ([text], [f'train={text}'] * 2):
        with pytest.raises(ValueError, match='expected SPLIT=FILE, one of'):
            adapt([file], FINEGYM, lists=lists)


def test_no_clip_left(clip, write):
    data = dict(
        split=dict(train=['a'], val=[]), annotations=[clip('a', label=99)]
    )
    with pytest.raises(ValueError, match=r'1 of 1 .* label must be in \[0'):
        adapt([write(data)], FINEGYM)
