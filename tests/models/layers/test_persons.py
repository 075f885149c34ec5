"""Only people who are there are computed."""

import pytest
import torch

from skeletonmae_plugin.models.layers import check_flags, find_persons


def test_put_undoes_take_and_leaves_zeros():
    x = torch.randn(3, 2, 4, 5, 2)
    valid = torch.ones(3, 2, 4, 5, dtype=torch.bool)
    valid[1, 1] = False
    persons = find_persons(x, valid)
    assert persons.index.tolist() == [0, 1, 2, 4, 5]
    assert persons.slots.tolist() == [0, 1, 0, 0, 1]
    assert persons.valid is None  # those who are there are there whole
    expected = x.clone()
    expected[1, 1] = 0
    torch.testing.assert_close(persons.put(persons.take(x)), expected)


def test_unseen_joints_are_told():
    valid = torch.rand(2, 1, 4, 5) > 0.5
    persons = find_persons(torch.randn(2, 1, 4, 5, 2), valid)
    torch.testing.assert_close(persons.valid, valid[:, 0])


def test_without_valid_all_zero_persons_are_absent():
    x = torch.randn(2, 2, 4, 5, 2)
    x[:, 1] = 0
    assert find_persons(x).index.tolist() == [0, 2]


def test_nobody_at_all():
    x = torch.randn(2, 1, 4, 5, 2)
    persons = find_persons(x, torch.zeros(2, 1, 4, 5, dtype=torch.bool))
    assert persons.take(x).shape == (0, 4, 5, 2)
    assert (persons.put(persons.take(x)) == 0).all()


@pytest.mark.parametrize(
    'flags, error',
    [
        (False, TypeError),
        (torch.zeros(2, 1, 4, 5), TypeError),
        (torch.zeros(2, 1, 4, dtype=torch.bool), ValueError),
    ],
)
def test_flags_are_checked(flags, error):
    with pytest.raises(error, match='mask must'):
        check_flags('mask', flags, torch.zeros(2, 1, 4, 5, 2))


def test_axes_are_checked():
    with pytest.raises(ValueError, match='N, M, T, V, C'):
        find_persons(torch.zeros(4, 5, 2))
