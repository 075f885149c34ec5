"""Timing helpers, and what a performer's clips share."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from skeletonmae_plugin.toy.performers import (
    Performer,
    Take,
    keyframes,
    settle,
)

TIME = np.linspace(0, 3, 60)


def make_take(performer=None, action=0, time=TIME, seed=0):
    return Take(
        performer or Performer.sample(0, 1),
        action,
        time,
        np.random.default_rng(seed),
    )


def test_keyframes_meet_their_values_and_stay_between_them():
    times, values = (0, 0.25, 0.5, 1), (0, 1, -1, 2)
    np.testing.assert_allclose(
        keyframes(np.array(times), times, values), values, atol=1e-12
    )
    inside = keyframes(np.linspace(0.25, 0.5, 20), times, values)
    assert (np.diff(inside) <= 0).all()
    outside = keyframes(np.array([-1.0, 5.0]), times, values)
    np.testing.assert_allclose(outside, [0, 2])


def test_settle_forgets_what_was_there_at_full_weight():
    channel = np.random.default_rng(0).normal(size=(3, 2))
    before = channel.copy()
    settle(channel, np.array([0, 0.5, 1]), np.array([5.0, 5.0, 7.0]))
    np.testing.assert_allclose(channel[0], before[0])
    np.testing.assert_allclose(channel[1], (before[1] + 5) / 2)
    np.testing.assert_allclose(channel[2], 7)


def test_performer_is_a_function_of_seed_and_number():
    assert Performer.sample(3, 5) == Performer.sample(3, 5)
    assert Performer.sample(3, 5) != Performer.sample(3, 6)
    assert Performer.sample(3, 5) != Performer.sample(4, 5)


def test_habits_are_the_performers_own():
    def habits(number):
        who = Performer.sample(0, number)
        return [make_take(who, seed=seed).habit(0, 1) for seed in range(8)]

    everybody = np.array([habits(number) for number in range(20)])
    within, between = everybody.std(1), everybody.mean(1).std()
    assert (within > 0).all()  # no take is like another
    assert within.max() < 0.15 < between


@given(
    period=st.floats(0.3, 10),
    seed=st.integers(0, 1000),
    num_frames=st.integers(1, 200),
)
def test_events_are_phases_of_any_clip(period, seed, num_frames):
    time = np.linspace(0, num_frames / 30, num_frames, endpoint=False)
    phase = make_take(time=time, seed=seed).events(period)
    assert phase.shape == (num_frames,)
    assert (phase >= 0).all() and (phase < 1).all()


def test_a_clip_sees_most_of_an_event():
    for seed in range(30):
        phase = make_take(seed=seed).events(20.0)
        assert phase.max() - phase.min() > 0.7
