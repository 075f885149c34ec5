"""What a row says: reached or not, equal or not."""

import json

import pytest

from skeletonmae_plugin.benchmark import BenchmarkError, Result
from skeletonmae_plugin.benchmark.result import check_equal


@pytest.mark.parametrize(
    'goal, at_most, reached',
    [(8, False, True), (9, False, False), (9, True, True), (7, True, False)],
)
def test_goal_is_a_bound_of_the_median(goal, at_most, reached):
    result = Result('a', 'a', values=[7, 8, 20], goal=goal, at_most=at_most)
    entry = result.as_json()
    assert entry['value'] == entry['median'] == 8
    assert entry['spread'] == [7.5, 14]
    assert entry['repetitions'] == 3
    assert entry['reached'] is reached
    json.dumps(entry)


def test_what_is_not_measured_reaches_nothing():
    entry = Result('a', 'a', goal=8, note='no compiler').as_json()
    assert entry['value'] is entry['reached'] is entry['spread'] is None
    assert entry['repetitions'] == 0
    assert entry['note'] == 'no compiler'


def test_equal_to_tolerance():
    check_equal('the loss', dict(a=1.0, b=1.00005, c=0.99995), 1e-4)


@pytest.mark.parametrize('other', [1.001, 0.999, float('nan')])
def test_other_work_cannot_be_compared(other):
    with pytest.raises(BenchmarkError, match='the loss of b is .*, of a 1;'):
        check_equal('the loss', dict(a=1.0, b=other), 1e-4)
