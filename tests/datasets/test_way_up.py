"""Which way is up in a file is seen by its bodies."""

import numpy as np
import pytest

from skeletonmae_plugin.datasets import SkeletonDataset
from skeletonmae_plugin.datasets import way_up as module
from skeletonmae_plugin.datasets.way_up import clip_rise, way_up
from skeletonmae_plugin.layouts import get_layout

COCO = get_layout('coco')


def standing(annotation, name, axis=2):
    """A clip of 3D bodies in half precision, the head above all else."""
    clip = annotation(name)
    x = np.random.default_rng(0).normal(
        0, 0.1, (*clip['keypoint'].shape[:3], 3)
    )
    x[..., COCO.parts['head'], axis] += 1
    return {**clip, 'keypoint': x.astype(np.float16)}


@pytest.mark.parametrize('clips', [1, 5, 12])
def test_some_clips_tell_it(skeleton_file, annotation, monkeypatch, clips):
    monkeypatch.setattr(module, 'CLIPS', clips)
    made = [standing(annotation, f'c{i}') for i in range(12)]
    path = skeleton_file(made, split=None)
    assert way_up(SkeletonDataset(path, 'coco')) == 'z'


def test_the_split_is_asked(skeleton_file, annotation):
    made = [standing(annotation, f'c{i}', 2 * (i % 2)) for i in range(8)]
    names = [clip['frame_dir'] for clip in made]
    path = skeleton_file(made, split=dict(a=names[::2], b=names[1::2]))
    for split, up in dict(a='x', b='z').items():
        assert way_up(SkeletonDataset(path, 'coco', split=split)) == up


def test_images_tell_nothing(skeleton_file):
    assert way_up(SkeletonDataset(skeleton_file(), 'coco')) is None


def test_a_joint_without_a_score_has_no_say(annotation):
    clip = standing(annotation, 'c')
    x = clip['keypoint']
    score = np.ones(x.shape[:3], np.float16)
    nose, *rest = COCO.parts['head']
    x[..., nose, :] = -1000
    assert clip_rise(x, score, COCO)[2] < 0
    score[..., nose] = 0
    assert clip_rise(x, score, COCO)[2] > 0.9
    assert clip_rise(x, None, COCO)[2] < 0
