import numpy as np
import pytest


def noise(apply, given, **options):
    out = apply(dict(type='JitterSkeleton', **options), given)
    return out['keypoint'] - given['keypoint'], out['valid']


def test_size_of_the_noise(apply, clip):
    given = clip(lead=(20,))
    drawn, valid = noise(apply, given, sigma=0.5)
    assert drawn[valid].std() == pytest.approx(0.5, rel=0.05)
    assert not drawn[~valid].any()


def test_noise_of_a_clip_is_the_same_in_all_frames(apply, clip):
    drawn, _ = noise(apply, clip(seen=1.0), sigma=0.5, per='clip')
    np.testing.assert_allclose(
        drawn, np.broadcast_to(drawn[:, :, :1], drawn.shape), atol=1e-5
    )
    assert (drawn[:, 0] != drawn[:, 1]).any()


def test_noise_in_pixels(apply, clip):
    scale = np.full((2, 1, 1, 1, 1), 50, np.float32)
    drawn, valid = noise(
        apply, clip(lead=(2,), frames=80, scale=scale), sigma=5, unit='raw'
    )
    assert drawn[valid].std() == pytest.approx(0.1, rel=0.05)
    with pytest.raises(ValueError, match='needs NormalizeSkeleton'):
        noise(apply, clip(), sigma=5, unit='raw')


@pytest.mark.parametrize(
    'options, message',
    [
        (dict(sigma=-1), 'sigma must be at least 0'),
        (dict(per='tube'), "per must be 'frame' or 'clip'"),
        (dict(unit='pixel'), "unit must be 'body' or 'raw'"),
    ],
)
def test_impossible_options(apply, options, message):
    with pytest.raises(ValueError, match=message):
        apply(dict(type='JitterSkeleton', **options), {})
