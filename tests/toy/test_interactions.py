"""Two people meet where they should."""

import numpy as np
import pytest

from skeletonmae_plugin.toy.body import POINTS
from skeletonmae_plugin.toy.interactions import INTERACTIONS
from skeletonmae_plugin.toy.performers import Performer, Take

TIME = np.linspace(0, 3, 60, endpoint=False)


def meet(name, seed=0):
    takes = [
        Take(
            Performer.sample(seed, number),
            0,
            TIME,
            np.random.default_rng([seed, number]),
            hand=1,
        )
        for number in (1, 2)
    ]
    return INTERACTIONS[name](*takes).place(*takes)


def gap(points, first, second):
    return np.linalg.norm(
        points[0, :, POINTS.index(first)] - points[1, :, POINTS.index(second)],
        axis=-1,
    )


@pytest.mark.parametrize('name', INTERACTIONS)
def test_two_people_face_each_other_at_the_start(name):
    points = meet(name)
    assert points.shape == (2, 60, len(POINTS), 3)
    nose, head = POINTS.index('nose'), POINTS.index('head')
    look = points[:, 0, nose] - points[:, 0, head]
    assert look[0, 2] > 0 > look[1, 2]
    assert gap(points, 'hip_centre', 'hip_centre')[0] > 0.25


@pytest.mark.parametrize(
    'name, first, second, near',
    [
        ('handshake', 'right_hand', 'right_hand', 0.3),
        ('exchange', 'right_hand_tip', 'right_hand_tip', 0.4),
        ('push', 'right_hand', 'chest', 0.4),
        ('punch_other', 'right_hand', 'chest', 0.5),
        ('kick_other', 'right_toe', 'hip_centre', 0.9),
        ('hug', 'chest', 'chest', 0.45),
    ],
)
@pytest.mark.parametrize('seed', range(3))
def test_they_touch(name, first, second, near, seed):
    distance = gap(meet(name, seed), first, second)
    assert distance.min() < near < distance.max()


def test_approach_closes_and_depart_opens_the_distance():
    closing = gap(meet('approach'), 'hip_centre', 'hip_centre')
    opening = gap(meet('depart'), 'hip_centre', 'hip_centre')
    assert closing[0] - closing[-1] > 0.7
    assert opening[-1] - opening[0] > 0.7
    assert 0.5 < closing[-1] < 1.2
