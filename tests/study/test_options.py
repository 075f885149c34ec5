"""Items by their type, factors of what a config says."""

import pytest
from mmengine.config import Config

from skeletonmae_plugin.study.options import Times, resolve

CFG = Config(
    dict(
        steps=[dict(type='A', x=1), dict(type='B', x=2), dict(type='B')],
        lr=0.5,
        loop=dict(epochs=5, first=True),
    )
)


def test_a_type_becomes_its_number():
    assert resolve({'steps.A.x': 3, 'steps.1.x': 4}, CFG) == {
        'steps.0.x': 3,
        'steps.1.x': 4,
    }


def test_times_the_value_of_the_config():
    options = {'loop.epochs': Times(0.5), 'lr': Times(3)}
    assert resolve(options, CFG) == {'loop.epochs': 2, 'lr': 1.5}
    assert resolve({'loop.epochs': Times(0.01)}, CFG) == {'loop.epochs': 1}


def test_values_are_as_json_has_them():
    assert resolve({'steps.A.x': (1, 2)}, CFG) == {'steps.0.x': [1, 2]}


@pytest.mark.parametrize(
    'key, message',
    [
        ('steps.C.x', "one item of type 'C'.*'A', 'B', 'B'"),
        ('steps.B.x', "one item of type 'B'"),
        ('stops.A.x', "no 'stops'.*steps, lr"),
        ('lr.x.y', "'x' is within 0.5"),
    ],
)
def test_a_place_that_is_not_there_is_told(key, message):
    with pytest.raises(ValueError, match=message):
        resolve({key: 1}, CFG)


def test_what_is_no_number_has_no_multiple():
    with pytest.raises(ValueError, match='True is no number'):
        resolve({'loop.first': Times(2)}, CFG)
