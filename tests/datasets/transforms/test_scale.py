import numpy as np
import pytest


@pytest.mark.parametrize('per_axis', [True, False])
def test_factors(apply, clip, per_axis):
    given = clip(lead=(200,))
    out = apply(
        dict(type='ScaleSkeleton', factor=(0.5, 2.0), per_axis=per_axis), given
    )
    with np.errstate(invalid='ignore'):
        ratio = out['keypoint'] / given['keypoint']
    factor = np.nanmax(ratio, (1, 2, 3))  # (N, C)
    np.testing.assert_allclose(factor, np.nanmin(ratio, (1, 2, 3)), rtol=1e-4)
    assert 0.49 < factor.min() < 0.6 and 1.9 < factor.max() < 2.01
    same = np.isclose(factor[:, 0], factor[:, 1])
    assert same.mean() < 0.1 if per_axis else same.all()


def test_impossible_factors(apply):
    with pytest.raises(ValueError, match='factor must be'):
        apply(dict(type='ScaleSkeleton', factor=(2.0, 1.0)), {})
