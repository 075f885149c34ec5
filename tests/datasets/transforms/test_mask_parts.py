import numpy as np
import pytest

from skeletonmae_plugin.datasets.randomness import ClipRandom, name_keys
from skeletonmae_plugin.layouts import get_layout

MODES = [
    dict(parts=['left_arm', 'head']),
    dict(num_masked_parts=2, per='frame'),
    dict(num_masked_parts=(1, 3), per='clip'),
    dict(num_masked_parts=1, per='tube', tube_len=2),
    dict(mask_ratio=0.5, per='frame'),
    dict(mask_ratio=0.3, per='clip'),
    dict(mask_ratio=0.7, per='tube', tube_len=3),
]


def cfg(**mode):
    return dict(type='MaskSkeletonParts', layout='coco', **mode)


@pytest.mark.parametrize('mode', MODES)
def test_masks_of_a_clip(apply, clip, mode):
    given = clip(seen=0.5)
    given['valid'][0, 1] = False  # an absent person
    mask = apply(cfg(**mode), given)['mask']
    assert mask.dtype == bool and mask.shape == given['valid'].shape
    assert mask.any()
    there = given['valid'].any(-1)
    assert (given['valid'] & ~mask).any(-1)[there].all()
    again = apply(cfg(**mode), clip(seen=0.5))['mask']
    assert (again == mask)[there].all()


@pytest.mark.parametrize('mode', MODES[1:])
def test_persons_and_clips_draw_alone(apply, clip, mode):
    mask = apply(cfg(**mode), clip(lead=(4,), frames=16, seen=1.0))['mask']
    assert len(np.unique(mask.reshape(8, -1), axis=0)) > 4


def test_given_parts_are_those(apply, clip):
    mask = apply(cfg(parts=['right_leg']), clip(seen=1.0))['mask']
    layout = get_layout('coco')
    hidden = {layout.joints[v] for v in np.flatnonzero(mask[0, 0, 0])}
    assert hidden == {'right_knee', 'right_ankle'}


@pytest.mark.parametrize('mode', MODES[1:])
def test_a_repeated_frame_is_hidden_alike(apply, clip, mode):
    raw = clip(lead=(2,), frames=4, seen=0.8)
    frames = np.array([[0, 0, 0, 1, 1, 2, 3, 3], [2, 0, 1, 1, 2, 3, 3, 3]])
    given = dict(raw, frame_inds=frames)
    for key in ('keypoint', 'keypoint_score', 'valid'):
        given[key] = np.stack([raw[key][n][:, frames[n]] for n in (0, 1)])
    mask = apply(cfg(**mode), given)['mask']
    for n in (0, 1):
        for frame in range(4):
            steps = mask[n][:, frames[n] == frame]  # (M, repeats, V)
            assert (steps == steps[:, :1]).all()
    if mode.get('per') != 'clip':  # other frames still draw anew
        assert len(np.unique(mask[0, 0], axis=0)) > 1


def test_in_a_test_the_mask_is_a_function_of_the_name(apply, clip):
    def draw(name):
        given = clip(test_mode=True, frame_dir=name)
        del given['rng']
        return apply(cfg(num_masked_parts=2, per='frame'), given)['mask']

    assert (draw('a') == draw('a')).all() and (draw('a') != draw('b')).any()
    given = {**clip(), 'rng': ClipRandom(name_keys(['a']))}
    drawn = apply(cfg(num_masked_parts=2, per='frame'), given)['mask']
    assert (drawn == draw('a')).all()


@pytest.mark.parametrize(
    'mode, message',
    [
        (
            {},
            'exactly one of parts, num_masked_parts and mask_ratio, got none',
        ),
        (dict(num_masked_parts=1, mask_ratio=0.5), 'exactly one of'),
        (dict(num_masked_parts=6), r'num_masked_parts must be in \[1, 5\]'),
        (dict(num_masked_parts=0), r'num_masked_parts must be in \[1, 5\]'),
        (dict(mask_ratio=1.0), r'mask_ratio must be in \(0, 1\)'),
        (dict(mask_ratio=0.0), r'mask_ratio must be in \(0, 1\)'),
        (dict(parts=['tail']), "has no part 'tail'"),
        (dict(parts=list(get_layout('coco').parts)), 'fewer than all 6'),
        (dict(parts=['head'], per='day'), "per must be one of.*got 'day'"),
        (
            dict(mask_ratio=0.5, per='tube', tube_len=0),
            'tube_len must be at least',
        ),
    ],
)
def test_impossible_masks(apply, mode, message):
    with pytest.raises(ValueError, match=message):
        apply(cfg(**mode), {})


def test_after_normalisation_it_is_too_late(apply, clip):
    normal = apply(dict(type='NormalizeSkeleton', layout='coco'), clip())
    with pytest.raises(ValueError, match='before NormalizeSkeleton'):
        apply(cfg(num_masked_parts=1), normal)


@pytest.mark.parametrize('mode', MODES)
@pytest.mark.parametrize('hiding', [0, 1, 2, 3])
def test_some_clips_are_seen_whole(apply, clip, mode, hiding):
    given = clip(lead=(3,), seen=0.9)
    every = apply(cfg(**mode), {**given, 'rng': np.random.default_rng(0)})
    some = apply(cfg(**mode, num_masked_clips=hiding), given)
    assert some['mask'].dtype == bool and not some['mask'][hiding:].any()
    np.testing.assert_array_equal(
        some['mask'][:hiding], every['mask'][:hiding]
    )
    assert some['mask'][:hiding].any((1, 2, 3)).all()
    # Of a whole view the normalisation sees all joints.
    normalise = dict(type='NormalizeSkeleton', layout='coco')
    normal = apply(normalise, some)
    whole = apply(normalise, clip(lead=(3,), seen=0.9))
    for key in ('keypoint', 'centre', 'scale'):
        np.testing.assert_array_equal(
            normal[key][hiding:], whole[key][hiding:]
        )
    assert (normal['scale'] != whole['scale'])[:hiding].all()


def test_clips_that_are_not_there_cannot_be_hidden(apply, clip):
    with pytest.raises(ValueError, match='num_masked_clips must be at least'):
        apply(cfg(num_masked_parts=1, num_masked_clips=-1), {})
    hide = cfg(num_masked_parts=1, num_masked_clips=2)
    with pytest.raises(ValueError, match='after SampleSkeletonFrames'):
        apply(hide, clip(lead=()))
    with pytest.raises(ValueError, match='a sample has 1 clips'):
        apply(hide, clip(lead=(1,)))
    batch = clip(lead=(6,))
    with pytest.raises(ValueError, match='a sample has 1 clips'):
        apply(hide, dict(batch, batch_size=6, num_clips=1))
