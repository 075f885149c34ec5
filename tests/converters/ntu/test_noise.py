import numpy as np
import pytest

from skeletonmae_plugin.converters.ntu.noise import (
    NOISY,
    SHORT,
    WIDEST,
    leave_out_noise,
    upright,
)
from skeletonmae_plugin.converters.ntu.tracks import Track, motion_of


def track(widths, seed=0, shift=0.0):
    """A track of bodies one metre high and so wide."""
    rng = np.random.default_rng(seed)
    points = rng.uniform(0, 1, (len(widths), 25, 3)).astype(np.float32)
    points[..., 2] *= 1 + shift
    points[:, 0, :2], points[:, 1, :2] = 0, 1
    points[..., 0] *= np.array(widths, np.float32)[:, None]
    return Track(0, points, motion_of(points))


THIN, WIDE = [0.5], [1.5]


def test_the_numbers():
    assert (SHORT, WIDEST, NOISY) == (11, 0.8, 0.69754)
    widths = upright(track([0.79, 0.81, 1.2, 0.3]).points)
    assert widths.tolist() == [True, False, False, True]


@pytest.mark.parametrize('widths', [THIN, WIDE * 3])
def test_a_lone_body_stays_whatever_it_is(widths):
    lone = [track(widths)]
    assert leave_out_noise(lone) == lone


def test_short_tracks_go_where_there_are_several():
    short, long = track(THIN * 11), track(THIN * 12)
    assert leave_out_noise([short, long]) == [long]


def test_the_width_counts_only_where_several_are_long():
    lying = track(WIDE * 20)
    assert leave_out_noise([track(THIN * 11), lying]) == [lying]
    standing = track(THIN * 20)
    assert leave_out_noise([lying, standing]) == [standing]


@pytest.mark.parametrize('wide, kept', [(69, True), (70, False)])
def test_from_this_part_of_wide_frames_on_a_track_is_noise(wide, kept):
    doubtful = track(WIDE * wide + THIN * (100 - wide), seed=1)
    found = leave_out_noise([doubtful, track(THIN * 100)])
    assert len(found) == 1 + kept


def test_motion_is_that_of_the_good_frames_if_it_is_less():
    # Moves most, but for the frames in which it is spread out.
    spread = track([5.0] * 6 + THIN * 14, seed=1)
    mover = track(THIN * 20, seed=2, shift=0.5)
    assert spread.motion > mover.motion
    first, second = leave_out_noise([spread, mover])
    assert first is mover
    assert second.motion == motion_of(spread.points[6:])
    assert len(second.points) == 20  # the frames themselves stay


@pytest.mark.parametrize('widths', [THIN * 11, WIDE * 12])
def test_none_left(widths):
    with pytest.raises(ValueError, match='none of its bodies is a person'):
        leave_out_noise([track(widths), track(widths, seed=1)])
