"""The toy set as a whole."""

import numpy as np
import pytest

from skeletonmae_plugin.layouts import get_layout, layout_names
from skeletonmae_plugin.toy import make_dataset, set_layout


def performers(dataset, split):
    return {name.split('_')[1] for name in dataset['split'][split]}


def resampled(annotation):
    """Centred, scaled, 8 frames: what a simple classifier sees."""
    keypoint = annotation['keypoint'][0].astype(np.float32)
    seen = (keypoint != 0).any(-1, keepdims=True)
    hips = keypoint[:, 11:13][seen[:, 11:13, 0]].mean(0)
    size = np.ptp(keypoint[..., 1][seen[..., 0]])
    frames = np.linspace(0, len(keypoint) - 1, 8).round().astype(int)
    flat = (np.where(seen, keypoint - hips, 0) / size)[frames]
    return np.concatenate(
        [flat.ravel(), flat.mean(0).ravel(), 4 * flat.std(0).ravel()]
    )


def accuracy(dataset, labels_per_class=None):
    clips = {a['frame_dir']: a for a in dataset['annotations']}
    train = [clips[name] for name in dataset['split']['train']]
    if labels_per_class:
        train = [
            clip
            for label in range(len(dataset['classes']))
            for clip in [c for c in train if c['label'] == label][
                :labels_per_class
            ]
        ]
    test = [clips[name] for name in dataset['split']['test']]
    known, asked = (
        np.stack([resampled(c) for c in some]) for some in (train, test)
    )
    nearest = ((asked[:, None] - known) ** 2).sum(-1).argmin(1)
    return np.mean(
        [
            train[i]['label'] == clip['label']
            for i, clip in zip(nearest, test, strict=True)
        ]
    )


def test_default_is_the_set_of_the_demo():
    dataset = make_dataset()
    assert {k: len(v) for k, v in dataset['split'].items()} == dict(
        train=600, test=300
    )
    labels = [a['label'] for a in dataset['annotations']]
    assert set(labels) == set(range(len(dataset['classes'])))
    assert len(dataset['classes']) >= 10
    lengths = [a['total_frames'] for a in dataset['annotations']]
    assert min(lengths) < 20 and max(lengths) > 100
    # Neither hopeless nor trivial.
    assert 0.6 < accuracy(dataset) < 0.99
    assert 0.25 < accuracy(dataset, 5) < 0.8


def test_annotation_has_the_keys_and_types_of_real_files():
    clip = make_dataset(num_clips=3)['annotations'][0]
    num_frames = clip['total_frames']
    assert list(clip) == [
        'frame_dir',
        'label',
        'total_frames',
        'img_shape',
        'original_shape',
        'keypoint',
        'keypoint_score',
    ]
    assert clip['keypoint'].shape == (1, num_frames, 17, 2)
    assert clip['keypoint_score'].shape == (1, num_frames, 17)
    assert clip['keypoint'].dtype == np.float16
    assert clip['img_shape'] == clip['original_shape']
    inside = clip['keypoint'].max((0, 1, 2)) < clip['img_shape'][::-1]
    assert inside.all()


@pytest.mark.parametrize('dims', [2, 3])
@pytest.mark.parametrize('layout', layout_names())
def test_every_layout_in_2d_and_3d(layout, dims):
    dataset = make_dataset(num_clips=6, layout=layout, dims=dims, persons=2)
    for clip in dataset['annotations']:
        assert clip['keypoint'].shape[2:] == (
            get_layout(layout).num_joints,
            dims,
        )
        assert clip['keypoint'].dtype == (
            np.float16 if dims == 2 else np.float32
        )
        assert ('keypoint_score' in clip) == (dims == 2)
        assert np.isfinite(clip['keypoint']).all()
        assert clip['keypoint'].any()


def test_custom_layout_with_an_alias():
    layout = dict(
        joints=('paw', 'head'), bones=((0, 1),), parts=dict(all=(0, 1))
    )
    dataset = make_dataset(
        num_clips=2, layout=layout, aliases=dict(paw='left_hand')
    )
    assert dataset['annotations'][0]['keypoint'].shape[2] == 2


def test_performers_of_the_splits_are_apart():
    dataset = make_dataset(num_clips=240, persons=2)
    assert not performers(dataset, 'train') & performers(dataset, 'test')
    assert len(performers(dataset, 'train')) > 10


def test_two_persons_and_passers_by_who_come_late():
    dataset = make_dataset(num_clips=240, persons=2)
    assert dataset['classes'][-2:] == ['handshake', 'approach']
    double = [a for a in dataset['annotations'] if len(a['keypoint']) == 2]
    assert 50 < len(double) < 150
    absent = [(a['keypoint'][1] == 0).all((1, 2)).mean() for a in double]
    assert 0 < max(absent) < 0.6
    for clip in double:
        if clip['label'] >= len(dataset['classes']) - 2:
            assert (clip['keypoint'] != 0).any((0, 2, 3)).all()


def test_3d_is_metres_before_the_camera():
    for clip in make_dataset(num_clips=30, dims=3, layout='nturgb+d')[
        'annotations'
    ]:
        keypoint = clip['keypoint'][0]
        assert keypoint[..., 2].min() > 0.9
        thigh = np.linalg.norm(keypoint[:, 12] - keypoint[:, 13], axis=-1)
        assert 0.3 < np.median(thigh) < 0.55


def test_clips_do_not_depend_on_how_many_there_are():
    few, many = make_dataset(num_clips=4), make_dataset(num_clips=8)
    for a, b in zip(few['annotations'], many['annotations'][:4], strict=True):
        np.testing.assert_array_equal(a['keypoint'], b['keypoint'])


def test_track_sees_every_clip():
    seen = []

    def track(indices):
        for index in indices:
            seen.append(index)
            yield index

    make_dataset(num_clips=3, track=track)
    assert seen == [0, 1, 2]


@pytest.mark.parametrize(
    'arguments, message',
    [
        (dict(set='imagenet'), 'unknown set .imagenet.; there are toy'),
        (
            dict(set='ntu60', layout='coco', persons=1),
            'layout, persons cannot',
        ),
        (dict(dims=4), 'dims must be 2 or 3'),
        (dict(persons=3), 'persons 1 or 2'),
        (dict(num_clips=0), 'at least 1, got 0'),
        (dict(layout='octopus'), 'unknown layout .octopus.'),
    ],
)
def test_wrong_arguments_are_explained(arguments, message):
    with pytest.raises(ValueError, match=message):
        make_dataset(**arguments)


def test_set_layout():
    assert set_layout('toy').name == 'coco'
    assert set_layout('toy', 'openpose').name == 'openpose'
    assert set_layout('sbu').name == 'sbu15'
