"""Whole pipelines: a hidden joint leaves no trace in what is visible."""

import numpy as np
import pytest
import torch
from mmcv.transforms import Compose

from skeletonmae_plugin.datasets import SkeletonDataset
from skeletonmae_plugin.layouts import get_layout

MASKS = [
    dict(parts=['left_arm', 'torso']),
    dict(num_masked_parts=(1, 4), per='frame'),
    dict(num_masked_parts=3, per='clip'),
    dict(num_masked_parts=2, per='tube', tube_len=3),
    dict(mask_ratio=0.6, per='frame'),
    dict(mask_ratio=0.4, per='clip'),
    dict(mask_ratio=0.5, per='tube', tube_len=2),
]


@pytest.mark.parametrize('train', [True, False])
@pytest.mark.parametrize('coords', [2, 3])
@pytest.mark.parametrize('mask', MASKS)
@pytest.mark.parametrize('frames', [1, 5, 40])
def test_hidden_coordinates_change_nothing_visible(
    annotation, pipeline, train, coords, mask, frames
):
    clip = annotation('a', persons=3, coords=coords, frames=frames)
    clip['keypoint'][:, :, 3:5] = 0  # eyes that were never seen
    steps = pipeline(mask=mask, train=train)
    if train:  # always mirrored, so that we know where a joint has gone
        steps[-2]['p'] = 1.0
    steps = Compose(steps)

    def run(keypoint):
        return steps(
            {
                **clip,
                'keypoint': keypoint,
                'test_mode': not train,
                'rng': np.random.default_rng(5),
            }
        )

    first = run(clip['keypoint'])
    hidden = _hidden(first, clip, train)
    changed = clip['keypoint'].copy()
    changed[hidden] += (
        np.random.default_rng(1)
        .uniform(50, 900, changed[hidden].shape)
        .astype(np.float16)
    )
    second = run(changed)
    shown = first['valid'] & ~first['mask']
    for key in ('mask', 'valid'):
        assert torch.equal(first[key], second[key])
    assert torch.equal(first['inputs'][shown], second['inputs'][shown])
    for key in ('centre', 'scale', 'frame_inds'):
        np.testing.assert_array_equal(
            first['data_samples'].get(key), second['data_samples'].get(key)
        )
    if hidden.any():  # the test itself must see something
        assert not torch.equal(first['inputs'], second['inputs'])


def _hidden(packed, clip, train):
    """Bool (M, T, V): raw joints that some step hides."""
    mask = (packed['mask'] & packed['valid'])[0].numpy()
    if train:
        mask = mask[..., get_layout('coco').flip_index]
    seen = (clip['keypoint'] != 0).any(-1)
    score = np.where(seen, clip['keypoint_score'], 0).astype(np.float32)
    # The two best-seen persons, in the order of the pipeline.
    order = np.argsort(-score.sum((1, 2)), kind='stable')[:2]
    hidden = np.zeros_like(seen)
    for place, person in enumerate(order):
        for step, frame in enumerate(packed['data_samples'].frame_inds[0]):
            hidden[person, frame] |= mask[place, step]
    return hidden


@pytest.mark.parametrize('train', [True, False])
def test_degenerate_clips_run(annotation, pipeline, skeleton_file, train):
    clips = [annotation(name, persons=2) for name in 'abcd']
    clips[0]['keypoint'][:] = 0  # nobody is seen
    clips[1]['keypoint'][:] = 7  # all joints in one place
    clips[2]['keypoint'][:, 1:] = np.nan  # seen in one frame only
    clips[3]['keypoint_score'][:, :, 1:] = 0  # one joint only
    dataset = SkeletonDataset(
        skeleton_file(clips),
        'coco',
        test_mode=not train,
        pipeline=pipeline(mask=dict(num_masked_parts=5), train=train),
    )
    for i in range(4):
        packed = dataset[i]
        assert torch.isfinite(packed['inputs']).all()
        assert packed['inputs'].abs().max() < 20
        assert not packed['inputs'][~packed['valid']].any()
    assert not dataset[0]['valid'].any()


def test_ten_clips_of_a_test(annotation, pipeline, skeleton_file):
    steps = pipeline(train=False)
    steps[2] = dict(type='SampleSkeletonFrames', clip_len=8, num_clips=10)
    dataset = SkeletonDataset(
        skeleton_file([annotation('a', frames=200)]),
        'coco',
        test_mode=True,
        pipeline=steps,
    )
    inputs = dataset[0]['inputs']
    assert inputs.shape == (10, 2, 8, 17, 2)
    assert len(torch.unique(inputs.flatten(1), dim=0)) == 10
