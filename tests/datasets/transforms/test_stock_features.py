"""MMAction2's streams, on its own skeletons and on any other."""

import numpy as np
import pytest
from mmaction.datasets.transforms import GenSkeFeat

from skeletonmae_plugin.datasets import StockFeatures
from skeletonmae_plugin.layouts import get_layout

STREAMS = ('j', 'b', 'jm', 'bm')


def clip(layout, coords, score):
    joints = get_layout(layout).num_joints
    rng = np.random.default_rng(0)
    results = dict(
        keypoint=rng.normal(size=(2, 5, joints, coords)).astype(np.float32)
    )
    if score:
        results['keypoint_score'] = rng.random((2, 5, joints)).astype('f4')
    return results


@pytest.mark.parametrize('stream', STREAMS)
@pytest.mark.parametrize(
    'layout, coords, score',
    [('coco', 2, True), ('openpose', 2, True), ('nturgb+d', 3, False)],
)
def test_what_mmaction_knows_is_as_it_makes_it(layout, coords, score, stream):
    stock = GenSkeFeat(dataset=layout, feats=[stream])
    theirs = stock(clip(layout, coords, score))
    ours = StockFeatures(layout, stream)(clip(layout, coords, score))
    assert ours.keys() == theirs.keys()
    assert np.array_equal(ours['keypoint'], theirs['keypoint'])
    assert ours['keypoint'].shape[-1] == 3


@pytest.mark.parametrize('layout', ['kinect20', 'sbu15', 'jhmdb15'])
@pytest.mark.parametrize('score', [True, False])
def test_any_other_layout_equals_a_loop(layout, score):
    coords = 2 if score else 3
    given = clip(layout, coords, score)
    x = given['keypoint']
    bone = np.stack(
        [
            x[:, :, v] - x[:, :, p]
            for v, p in enumerate(get_layout(layout).parents)
        ],
        2,
    )
    motion = np.zeros_like(x)
    motion[:, :-1] = x[:, 1:] - x[:, :-1]
    bone_motion = np.zeros_like(x)
    bone_motion[:, :-1] = bone[:, 1:] - bone[:, :-1]
    expected = dict(j=x, b=bone, jm=motion, bm=bone_motion)
    for stream, value in expected.items():
        made = StockFeatures(layout, stream)(clip(layout, coords, score))
        np.testing.assert_allclose(
            made['keypoint'][..., :coords], value, atol=1e-6
        )
        assert made['keypoint'].shape[-1] == 3


def test_a_third_coordinate_is_no_score():
    """As GenSkeFeat of 'coco' takes it, which averages it."""
    depth = StockFeatures('coco', 'jm')(clip('coco', 3, False))['keypoint']
    x = clip('coco', 3, False)['keypoint']
    assert np.array_equal(depth[:, :-1], np.diff(x, axis=1))


def test_bones_of_a_layout_that_only_bears_the_name():
    given = clip('sbu15', 3, False)
    layout = get_layout('sbu15')
    named = dict(
        name='coco',
        joints=layout.joints,
        bones=layout.bones,
        parts=layout.parts,
        root=layout.root,
    )
    ours = StockFeatures(named, 'b')(given)['keypoint']
    theirs = StockFeatures('sbu15', 'b')(clip('sbu15', 3, False))['keypoint']
    assert np.array_equal(ours, theirs)


@pytest.mark.parametrize('stream', ['joint', 'J', ''])
def test_another_stream_is_refused(stream):
    with pytest.raises(ValueError, match='one of j, b, jm, bm, got'):
        StockFeatures('coco', stream)


def test_repr():
    shown = "StockFeatures(layout='coco', stream='bm')"
    assert repr(StockFeatures('coco', 'bm')) == shown
