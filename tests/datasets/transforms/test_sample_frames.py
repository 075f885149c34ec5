import numpy as np
import pytest


def cfg(**kwargs):
    return dict(type='SampleSkeletonFrames', clip_len=8, **kwargs)


@pytest.mark.parametrize('frames', [1, 3, 8, 50])
@pytest.mark.parametrize('test_mode', [True, False])
def test_all_arrays_are_cut_alike(apply, clip, frames, test_mode):
    given = clip(lead=(), frames=frames, test_mode=test_mode)
    out = apply(cfg(num_clips=3), given)
    assert out['keypoint'].shape == (3, 2, 8, 17, 3)
    assert out['frame_inds'].shape == (3, 8)
    for key in ('keypoint', 'keypoint_score', 'valid'):
        for n, inds in enumerate(out['frame_inds']):
            np.testing.assert_array_equal(out[key][n], given[key][:, inds])


def test_a_test_takes_the_middles_and_ignores_chance(apply, clip):
    given = clip(lead=(), frames=80, test_mode=True)
    out = apply(cfg(crop=(0.5, 0.9), speed=(0.5, 1.5)), given)
    assert out['frame_inds'].tolist() == [list(range(5, 80, 10))]
    ten = apply(cfg(num_clips=10), given)['frame_inds']
    assert len({tuple(row) for row in ten}) == 10


def test_training_follows_its_generator(apply, clip):
    def drawn(seed, **kwargs):
        given = clip(lead=(), frames=400, seed=seed)
        return apply(cfg(num_clips=2, **kwargs), given)['frame_inds']

    assert (drawn(1) == drawn(1)).all() and (drawn(1) != drawn(2)).any()
    assert (drawn(1)[0] != drawn(1)[1]).any()
    for seed in range(20):
        assert np.ptp(drawn(seed, crop=(0.2, 0.3)), axis=1).max() <= 120
        assert (drawn(seed)[:, 0] < 50).all() and (
            drawn(seed)[:, -1] >= 350
        ).all()
        fast = np.diff(drawn(seed, speed=(1.8, 1.8)))
        assert (fast[:, :3].sum(1) > fast[:, -3:].sum(1)).all()


def test_flags_that_speak_of_other_frames_are_refused(apply, clip):
    given = clip(lead=(), frames=20)
    given['keypoint'] = given['keypoint'][:, 3:]  # as PreNormalize3D does
    with pytest.raises(ValueError, match='take NormalizeSkeleton'):
        apply(cfg(), given)


@pytest.mark.parametrize(
    'options, message',
    [
        (dict(crop=(0, 1)), 'crop must be'),
        (dict(crop=(0.5, 1.1)), 'crop must'),
        (dict(crop=(0.9, 0.5)), 'crop must be'),
        (dict(speed=(0, 1)), 'speed must be'),
        (dict(speed=(1, 2)), 'speed must'),
        (dict(num_clips=0), 'num_clips must be at least 1'),
    ],
)
def test_impossible_options(apply, options, message):
    with pytest.raises(ValueError, match=message):
        apply(cfg(**options), {})
