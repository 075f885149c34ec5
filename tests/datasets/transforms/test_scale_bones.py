import numpy as np
import pytest

from skeletonmae_plugin.layouts import get_layout

LAYOUT = get_layout('coco')
PARENTS = list(LAYOUT.parents)


def cfg(**given):
    return dict(type='ScaleBones', layout='coco', **given)


def ratios(before, after):
    """Lengths of bones after over before: (N, M, T, V - 1)."""
    lengths = [
        np.linalg.norm(x - x[..., PARENTS, :], axis=-1)
        for x in (after, before)
    ]
    bones = [v for v in range(17) if v != LAYOUT.root]
    return lengths[0][..., bones] / lengths[1][..., bones]


def test_bones_of_a_person_have_factors_of_their_own(apply, clip):
    given = clip(lead=(30,), seen=1.0)
    out = apply(cfg(factor=(0.5, 2.0)), given)
    ratio = ratios(given['keypoint'], out['keypoint'])
    np.testing.assert_allclose(
        ratio, ratio[:, :, :1].repeat(6, 2), rtol=1e-3
    )  # the same in all frames
    factors = ratio[:, :, 0].ravel()
    assert 0.499 < factors.min() < 0.51 and 1.98 < factors.max() < 2.001
    assert len(np.unique(factors.round(4))) > 0.9 * len(factors)
    root = LAYOUT.root
    np.testing.assert_array_equal(
        out['keypoint'][..., root, :], given['keypoint'][..., root, :]
    )


def test_probability_of_a_clip(apply, clip):
    given = clip(lead=(1000,), frames=1, seen=1.0)
    out = apply(cfg(prob=0.4), given)
    changed = (out['keypoint'] != given['keypoint']).any((2, 3, 4))  # (N, M)
    assert (changed.all(1) == changed.any(1)).all()
    assert changed[:, 0].mean() == pytest.approx(0.4, abs=0.05)


def test_refusals(apply, clip):
    for factor in ((1.3, 0.7), (0.0, 1.0)):
        with pytest.raises(ValueError, match='least, greatest'):
            apply(cfg(factor=factor), {})
    with pytest.raises(ValueError, match=r'prob must be in \[0, 1\], got -1'):
        apply(cfg(prob=-1), {})
    with pytest.raises(ValueError, match='has 17 joints but .* V=15'):
        apply(cfg(), clip(joints=15))
