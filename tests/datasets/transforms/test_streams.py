import numpy as np
import pytest

from skeletonmae_plugin.layouts import get_layout

CFG = dict(
    type='SkeletonStreams',
    layout='coco',
    streams=('bone', 'coordinate', 'velocity'),
)


def test_channels(apply, clip):
    given = clip(seen=1.0)
    x, parents = given['keypoint'], list(get_layout('coco').parents)
    out = apply(CFG, given)['keypoint']
    assert out.shape == (2, 2, 6, 17, 9) and out.dtype == np.float32
    np.testing.assert_array_equal(out[..., :3], x - x[..., parents, :])
    np.testing.assert_array_equal(out[..., 3:6], x)
    np.testing.assert_array_equal(out[..., 1:, :, 6:], np.diff(x, axis=2))


def test_absent_joints_have_no_streams(apply, clip):
    out = apply(CFG, clip(seen=0.5))
    assert not out['keypoint'][~out['valid']].any()


def test_refusals(apply, clip):
    with pytest.raises(ValueError, match='cannot follow MaskSkeletonParts'):
        apply(CFG, clip(mask=np.zeros((2, 2, 6, 17), bool)))
    with pytest.raises(ValueError, match='streams must be'):
        apply({**CFG, 'streams': ['angle']}, {})
