import numpy as np
import pytest

from skeletonmae_plugin.datasets.checks import check_clip, clip_name
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
