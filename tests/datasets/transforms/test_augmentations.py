"""Rotate, scale, jitter and flip: what holds for all of them."""

import numpy as np
import pytest

NONE = [
    dict(type='RotateSkeleton', yaw=0, tilt=0, roll=0),
    dict(type='ScaleSkeleton', factor=(1.0, 1.0)),
    dict(type='JitterSkeleton', sigma=0.0),
    dict(type='FlipSkeleton', layout='coco', p=0.0),
    dict(type='ScaleBones', layout='coco', prob=0.0),
    dict(type='ScaleBones', layout='coco', factor=(1.0, 1.0)),
    dict(type='CentreFrames', layout='coco', prob=0.0),
]
SOME = [
    dict(type='RotateSkeleton', yaw=90, tilt=10, roll=5),
    dict(type='ScaleSkeleton', factor=(0.5, 2.0)),
    dict(type='ScaleSkeleton', factor=(0.5, 2.0), per_axis=True),
    dict(type='JitterSkeleton', sigma=0.1),
    dict(type='JitterSkeleton', sigma=0.1, per='clip'),
    dict(type='FlipSkeleton', layout='coco', p=0.5),
    dict(type='ScaleBones', layout='coco', factor=(0.5, 2.0)),
    dict(type='ScaleBones', layout='coco', prob=0.5),
    dict(type='CentreFrames', layout='coco', prob=0.5),
]


@pytest.mark.parametrize('cfg', NONE)
def test_identity_at_zero_strength(apply, clip, cfg):
    given = clip()
    out = apply(cfg, given)
    for key in ('keypoint', 'valid', 'keypoint_score'):
        np.testing.assert_allclose(out[key], given[key], atol=1e-6)


@pytest.mark.parametrize('cfg', SOME)
def test_drawn_from_the_generator_for_each_clip(apply, clip, cfg):
    lead = (8,)
    once, same = (apply(cfg, clip(lead, seed=1)) for _ in range(2))
    np.testing.assert_array_equal(once['keypoint'], same['keypoint'])
    given = clip((1,), seed=1)
    for key in ('keypoint', 'valid', 'keypoint_score'):
        given[key] = given[key].repeat(8, 0)
    out = apply(cfg, given)
    assert len(np.unique(out['keypoint'].reshape(8, -1), axis=0)) > 1
    assert out['keypoint'].dtype == np.float32
    assert not out['keypoint'][~out['valid']].any()


@pytest.mark.parametrize('cfg', SOME)
def test_a_hidden_joint_moves_no_other(apply, clip, cfg):
    given = clip(mask=np.zeros((2, 2, 6, 17), bool))
    given['mask'][..., 3:9] = True
    changed = {**clip(), 'mask': given['mask']}
    changed['keypoint'] = np.where(
        (given['mask'] & given['valid'])[..., None],
        given['keypoint'] + 5,
        given['keypoint'],
    )
    one, two = apply(cfg, given), apply(cfg, changed)
    shown = one['valid'] & ~one['mask']
    np.testing.assert_array_equal(one['mask'], two['mask'])
    np.testing.assert_array_equal(
        one['keypoint'][shown], two['keypoint'][shown]
    )
