import numpy as np
import pytest

from skeletonmae_plugin.datasets.checks import (
    ClipFault,
    check_clip,
    clip_faults,
    clip_name,
    in_words,
)
from skeletonmae_plugin.layouts import get_layout

COCO = get_layout('coco')


def test_good_clips_pass(annotation):
    check_clip(annotation('a', persons=2), COCO, num_classes=1)
    clip = annotation('a', coords=3, frames=1)
    clip['keypoint'][:, :, 0] = np.nan  # a joint without a place
    for key in ('label', 'keypoint_score', 'img_shape', 'total_frames'):
        del clip[key]
    check_clip(clip, COCO, num_classes=5)


def shape(*sizes):
    return np.ones(sizes, np.float32)


@pytest.mark.parametrize(
    'key, value, message',
    [
        ('keypoint', None, 'keypoint must be a numpy array, got NoneType'),
        ('keypoint', [[1, 2]], 'keypoint must be a numpy array, got list'),
        ('keypoint', np.array([[1], [1, 2]], object), 'dtype object'),
        ('keypoint', np.array(['a']), 'must hold numbers'),
        (
            'keypoint',
            shape(12, 17, 2),
            r'\(M, T, V, C\).*got shape \(12, 17, 2',
        ),
        ('keypoint', shape(0, 12, 17, 2), 'empty: M=0'),
        ('keypoint', shape(1, 0, 17, 2), 'T=0 frames'),
        (
            'keypoint',
            shape(1, 12, 25, 2),
            'has 17 joints but keypoint has V=25',
        ),
        ('keypoint', shape(1, 12, 17, 4), 'C=2 or 3 coordinates, got C=4'),
        ('keypoint', shape(1, 12, 17, 2) * np.nan, 'nothing but NaN'),
        (
            'keypoint_score',
            shape(1, 12, 16),
            r'shape \(M, T, V\) = \(1, 12, 17\).*got \(1, 12, 16\)',
        ),
        ('keypoint_score', [1.0], 'keypoint_score must be a numpy array'),
        ('total_frames', 11, 'total_frames is 11 but keypoint has T=12'),
        ('label', 3, r'label must be in \[0, 2\], got 3'),
        ('label', -1, r'label must be in \[0, 2\], got -1'),
        ('label', 1.5, 'label must be an int, got 1.5'),
        ('label', 'walk', "label must be an int, got 'walk'"),
        ('label', True, 'label must be an int, got True'),
    ],
)
def test_what_is_wrong_is_said(annotation, key, value, message):
    clip = {**annotation('a'), key: value}
    with pytest.raises(ValueError, match=message):
        check_clip(clip, COCO, num_classes=3)


def test_all_faults_are_told_by_kind(annotation):
    clip = annotation('a')
    assert not [*clip_faults(clip, COCO)]
    clip.update(total_frames=3, label=-1, img_shape=(float('inf'), 1))
    clip['keypoint_score'] = clip['keypoint_score'][:, :2]
    kinds = [fault.kind for fault in clip_faults(clip, COCO)]
    assert kinds == ['keypoint_score', 'total_frames', 'label', 'img_shape']
    # The length cannot be compared with what is none.
    clip.update(keypoint=shape(1, 12, 25, 2), original_shape='large')
    faults = [*clip_faults(clip, COCO)]
    kinds = [fault.kind for fault in faults]
    assert kinds == ['joints', 'label', 'img_shape', 'original_shape']
    with pytest.raises(ValueError) as first:
        check_clip(clip, COCO)
    assert str(first.value) == str(faults[0])


def test_a_fault_can_be_made_of_its_message_alone():
    # As a data loader does with what a worker raises.
    assert str(ClipFault('why')) == 'why' and ClipFault('why').kind == ''


@pytest.mark.parametrize('digits', [19, 5000])
def test_labels_that_fit_no_number_are_refused(annotation, digits):
    with pytest.raises(ValueError, match='label must be at most'):
        check_clip(annotation('a', label=10**digits), COCO)


def test_a_missing_key_is_named(annotation):
    clip = annotation('a')
    del clip['keypoint']
    with pytest.raises(ValueError, match="key 'keypoint'.*it has frame_dir"):
        check_clip(clip, COCO)


def test_names():
    assert clip_name(dict(frame_dir='a', filename='b')) == 'a'
    assert clip_name(dict(filename='b')) == 'b'
    with pytest.raises(ValueError, match="'frame_dir'.*it has name"):
        clip_name(dict(name=1))
    with pytest.raises(ValueError, match='must be a dict, got str'):
        clip_name('a')


def test_anything_in_words():
    assert in_words('a\x1b') == "'a\\x1b'"
    assert in_words(10**5000) == 'a large int'
    assert len(in_words('x' * 10**6)) < 100
    assert len(in_words({i: [i] * 1000 for i in range(1000)})) < 300


@pytest.mark.parametrize('key', ['label', 'total_frames', 'img_shape'])
def test_lists_within_lists_are_told_at_once(annotation, key):
    # Its whole text would have 10**30 words; see the billion laughs.
    value = ['ha'] * 10
    for _ in range(29):
        value = [value] * 10
    with pytest.raises(ValueError, match=r'\[\.\.\.\]') as error:
        check_clip({**annotation('a'), key: value}, COCO)
    assert len(str(error.value)) < 1000
