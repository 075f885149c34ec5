"""Each action is recognisable by what it does to the body."""

import numpy as np
import pytest

from skeletonmae_plugin.toy.actions import ACTIONS
from skeletonmae_plugin.toy.body import POINTS
from skeletonmae_plugin.toy.kinematics import forward_kinematics
from skeletonmae_plugin.toy.performers import Performer, Take

TIME = np.linspace(0, 4, 120, endpoint=False)


def act(action, seed=0, time=TIME):
    who = Performer.sample(0, seed)
    take = Take(who, 0, time, np.random.default_rng(seed), hand=1)
    return forward_kinematics(ACTIONS[action](take), who.body)


def at(points, name):
    return points[:, POINTS.index(name)]


@pytest.fixture(params=range(4))
def seed(request):
    return request.param


@pytest.mark.parametrize('action', ACTIONS)
@pytest.mark.parametrize('num_frames', [1, 2, 40])
def test_any_length_gives_finite_points(action, num_frames):
    time = np.linspace(0, 2, num_frames, endpoint=False)
    points = act(action, time=time)
    assert points.shape == (num_frames, len(POINTS), 3)
    assert np.isfinite(points).all()


@pytest.mark.parametrize('action', ACTIONS)
def test_movements_are_smooth(action, seed):
    # A hand of a person does not move faster than some 15 m/s.
    speed = np.linalg.norm(np.diff(act(action, seed), axis=0), axis=-1) * 30
    assert speed.max() < 15


@pytest.mark.parametrize('action', sorted(set(ACTIONS) - {'jump'}))
def test_feet_stay_on_the_ground(action, seed):
    points = act(action, seed)
    soles = np.stack(
        [
            at(points, f'{side}_{end}')[:, 1]
            for side in ('left', 'right')
            for end in ('heel', 'toe')
        ]
    )
    np.testing.assert_allclose(soles.min(0), 0, atol=1e-9)


def test_jump_leaves_the_ground_and_falls_as_gravity_says(seed):
    feet = np.minimum(
        *(
            at(act('jump', seed), f'{side}_toe')[:, 1]
            for side in ('left', 'right')
        )
    )
    assert feet.max() > 0.08
    height = at(act('jump', seed), 'left_heel')[:, 1]
    assert height.min() < 0.05


def test_walk_goes_forward_without_sliding(seed):
    points = act('walk', seed)
    way = at(points, 'hip_centre')[-1] - at(points, 'hip_centre')[0]
    path = np.linalg.norm(
        np.diff(at(points, 'hip_centre'), axis=0)[:, ::2], axis=-1
    ).sum()
    assert 1.5 < path < 8
    assert way[2] > -1
    heel = at(points, 'left_heel')
    down = (heel[:-1, 1] < 0.005) & (heel[1:, 1] < 0.005)
    slide = np.linalg.norm(np.diff(heel, axis=0)[down][:, ::2], axis=-1)
    assert slide.mean() < path / 120 / 2


def test_legs_alternate_in_a_walk(seed):
    points = act('walk', seed)
    lead = at(points, 'left_knee') - at(points, 'right_knee')
    hips = at(points, 'left_hip') - at(points, 'right_hip')
    # Component along the heading, which is hips' left turned by 90 degrees.
    along = lead[:, 2] * hips[:, 0] - lead[:, 0] * hips[:, 2]
    assert (np.diff(np.sign(along)) != 0).sum() >= 3


def test_wave_raises_one_hand(seed):
    points = act('wave', seed)
    assert (
        at(points, 'right_wrist')[:, 1].max()
        > at(points, 'right_shoulder')[:, 1].mean()
    )
    assert at(points, 'left_hip')[:, 1].std() < 0.02


def test_squat_and_sit_lower_the_hips_and_bow_does_not(seed):
    def drop(action):
        hips = at(act(action, seed), 'hip_centre')[:, 1]
        return hips.max() - hips.min()

    assert drop('squat') > 0.15
    assert drop('sit') > 0.2
    assert drop('bow') < 0.08


def test_bow_lowers_the_head_forward(seed):
    points = act('bow', seed)
    low = at(points, 'head')[:, 1].argmin()
    head, hips = at(points, 'head')[low], at(points, 'hip_centre')[low]
    assert head[2] - hips[2] > 0.2
    assert np.ptp(at(points, 'head')[:, 1]) > 0.08


def test_kick_raises_one_foot(seed):
    points = act('kick', seed)
    right, left = (
        at(points, f'{side}_foot')[:, 1] for side in ('right', 'left')
    )
    assert right.max() > 0.3 > 0.1 > left.max()


@pytest.mark.parametrize('action', ['throw', 'punch'])
def test_hand_goes_far_forward(action, seed):
    points = act(action, seed)
    reach = at(points, 'right_wrist') - at(points, 'right_shoulder')
    body = Performer.sample(0, seed).body
    assert reach[:, 2].max() > 0.6 * (body.upper_arm + body.forearm)


def test_clap_brings_the_hands_together_again_and_again(seed):
    points = act('clap', seed)
    gap = np.linalg.norm(
        at(points, 'left_hand') - at(points, 'right_hand'), axis=-1
    )[30:-30]
    assert gap.min() < 0.2
    lowest = (gap[1:-1] < gap[:-2]) & (gap[1:-1] < gap[2:])
    assert lowest.sum() >= 2


def test_turn_turns_the_shoulders_about(seed):
    points = act('turn', seed)
    across = at(points, 'left_shoulder') - at(points, 'right_shoulder')
    angle = np.unwrap(np.arctan2(across[:, 2], across[:, 0]))
    assert abs(angle[-1] - angle[0]) > 2.5


def test_drink_brings_the_hand_to_the_mouth(seed):
    points = act('drink', seed)
    gap = np.linalg.norm(
        at(points, 'right_hand') - at(points, 'mouth'), axis=-1
    )
    assert gap.min() < 0.3 < gap.max()
