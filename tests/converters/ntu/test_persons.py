import numpy as np
import pytest

from skeletonmae_plugin.converters.ntu.persons import place_persons
from skeletonmae_plugin.converters.ntu.tracks import Track


def track(start, end, value):
    """A track of frames start to end, all coordinates the value."""
    points = np.full((end - start, 25, 3), value, np.float32)
    return Track(start, points, 1.0)


def places(*tracks):
    """Value of each frame of each person."""
    return place_persons(list(tracks))[:, :, 0, 0].tolist()


def test_a_lone_track_is_the_clip():
    assert places(track(4, 7, 2)) == [[2, 2, 2]]


def test_two_at_once_are_two_persons():
    assert places(track(0, 3, 1), track(1, 3, 2)) == [[1, 1, 1], [0, 2, 2]]


def test_one_goes_on_where_the_other_ended():
    found = places(track(0, 2, 1), track(2, 4, 2), track(1, 4, 3))
    assert found == [[1, 1, 2, 2], [0, 3, 3, 3]]


def test_all_that_a_person_spans_is_taken():
    # The third would fit between the two tracks of the first person.
    found = places(track(0, 1, 1), track(3, 4, 2), track(1, 3, 3))
    assert found == [[1, 0, 0, 2], [0, 3, 3, 0]]


def test_nothing_is_put_before_the_second_person():
    found = places(track(0, 4, 1), track(2, 4, 2), track(0, 2, 3))
    assert found == [[1, 1, 1, 1], [0, 0, 2, 2]]


def test_a_third_at_once_is_left_out_yet_its_frames_stay_if_filled():
    found = places(track(0, 2, 1), track(0, 2, 2), track(0, 3, 3))
    assert found == [[1, 1], [2, 2]]


def test_empty_frames_are_cut_at_both_ends_only():
    found = places(track(2, 3, 1), track(5, 6, 2))
    assert found == [[1, 0, 0, 2], [0, 0, 0, 0]]


def test_who_begins_comes_first():
    found = places(track(2, 4, 1), track(0, 3, 2))
    assert found == [[2, 2, 2, 0], [0, 0, 1, 1]]


@pytest.mark.parametrize('count', [1, 2])
def test_type(count):
    found = place_persons([track(0, 2, 1)] * count)
    assert found.dtype == np.float32 and found.shape == (count, 2, 25, 3)


def test_bodies_that_are_nowhere_are_told():
    with pytest.raises(ValueError, match='all its coordinates are 0'):
        place_persons([track(0, 3, 0), track(1, 4, 0)])
