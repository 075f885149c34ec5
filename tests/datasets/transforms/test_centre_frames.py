import numpy as np
import pytest

from skeletonmae_plugin.layouts import get_layout

HIPS = list(get_layout('coco').centre)


def cfg(**given):
    return dict(type='CentreFrames', layout='coco', **given)


def test_only_the_pose_stays(apply, clip):
    given = clip(seen=1.0)
    out = apply(cfg(prob=1.0), given)['keypoint']
    middle = out[..., HIPS, :].mean((1, 3))  # of both persons
    np.testing.assert_allclose(middle, 0, atol=1e-5)
    for axis in (1, 3):  # persons and joints keep their distances
        np.testing.assert_allclose(
            np.diff(out, axis=axis),
            np.diff(given['keypoint'], axis=axis),
            atol=1e-5,
        )


def test_equals_the_normalisation_of_each_frame(apply, clip):
    given = clip(mask=np.random.default_rng(1).random((2, 2, 6, 17)) < 0.3)
    out = apply(cfg(prob=1.0), given)
    normal = dict(type='NormalizeSkeleton', layout='coco', scale=1.0)
    wanted = apply(dict(normal, centre='frame'), given)
    np.testing.assert_array_equal(out['keypoint'], wanted['keypoint'])
    assert not out['keypoint'][~given['valid']].any()


def test_a_clip_changes_whole_or_not_at_all(apply, clip):
    given = clip(lead=(500,), frames=3, seen=1.0)
    out = apply(cfg(), given)
    moved = (out['keypoint'] != given['keypoint']).any((1, 3, 4))
    assert (moved.all(1) == moved.any(1)).all()
    assert moved.all(1).mean() == pytest.approx(0.3, abs=0.06)


def test_refusals(apply, clip):
    with pytest.raises(ValueError, match=r'prob must be in \[0, 1\], got 2'):
        apply(cfg(prob=2), {})
    with pytest.raises(ValueError, match='has 17 joints but .* V=15'):
        apply(cfg(), clip(joints=15))
