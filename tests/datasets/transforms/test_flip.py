import numpy as np
import pytest

from skeletonmae_plugin.layouts import get_layout, layout_names


def cfg(layout='coco', p=1.0):
    return dict(type='FlipSkeleton', layout=layout, p=p)


@pytest.mark.parametrize('name', layout_names())
@pytest.mark.parametrize('coords', [2, 3])
def test_twice_is_nothing_and_all_arrays_follow(apply, clip, name, coords):
    layout = get_layout(name)
    given = clip(joints=layout.num_joints, coords=coords)
    given['mask'] = np.random.default_rng(1).random(given['valid'].shape) < 0.3
    once = apply(cfg(name), given)
    left, right = layout.flip_pairs[1]
    for key in ('valid', 'mask', 'keypoint_score'):
        np.testing.assert_array_equal(
            once[key][..., left], given[key][..., right]
        )
    np.testing.assert_array_equal(
        once['keypoint'][..., left, 0], -given['keypoint'][..., right, 0]
    )
    twice = apply(cfg(name), once)
    for key in ('keypoint', 'valid', 'mask', 'keypoint_score'):
        np.testing.assert_array_equal(twice[key], given[key])


def test_probability(apply, clip):
    given = clip(lead=(2000,), persons=1, frames=1, seen=1.0)
    out = apply(cfg(p=0.3), given)
    flipped = (out['keypoint'] != given['keypoint']).any((1, 2, 3, 4))
    assert flipped.mean() == pytest.approx(0.3, abs=0.04)


def test_refusals(apply, clip):
    arm = dict(
        name='arm',
        joints=('a', 'b'),
        bones=((0, 1),),
        parts=dict(a=(0,), b=(1,)),
    )
    with pytest.raises(ValueError, match="layout 'arm' has no flip_pairs"):
        apply(cfg(arm), {})
    given = clip(joints=2)
    out = apply(cfg(arm, p=0), given)  # one pipeline for all layouts
    np.testing.assert_array_equal(out['keypoint'], given['keypoint'])
    with pytest.raises(ValueError, match=r'p must be in \[0, 1\]'):
        apply(cfg(p=2.0), {})
