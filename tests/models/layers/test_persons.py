"""Only people who are there are computed."""

import pytest
import torch

from skeletonmae_plugin.models.layers import (
    check_flags,
    find_persons,
    joints_first,
)


def test_put_undoes_take_and_leaves_zeros():
    x = torch.randn(3, 2, 4, 5, 2)
    valid = torch.ones(3, 2, 4, 5, dtype=torch.bool)
    valid[1, 1] = False
    persons = find_persons(x, valid)
    assert persons.index.tolist() == [0, 1, 2, 4, 5]
    assert persons.slots.tolist() == [0, 1, 0, 0, 1]
    assert persons.valid is None  # those who are there are there whole
    put = persons.put(joints_first(persons.take(x)))  # (N, M, C, T, V)
    expected = x.clone()
    expected[1, 1] = 0
    torch.testing.assert_close(put.permute(0, 1, 3, 4, 2), expected)
    torch.testing.assert_close(
        persons.take_latent(put), joints_first(persons.take(x))
    )


def test_put_copies_nothing_where_all_are_there():
    persons = find_persons(torch.randn(3, 2, 4, 5, 2))
    h = torch.randn(5, 6, 4, 8)
    assert persons.put(h).data_ptr() == h.data_ptr()
    taken = persons.take_latent(persons.put(h))
    assert taken.data_ptr() == h.data_ptr() and taken.is_contiguous()


def test_one_person_a_clip_is_taken_without_asking():
    valid = torch.ones(3, 1, 4, 5, dtype=torch.bool)
    valid[1] = False
    persons = find_persons(torch.randn(3, 1, 4, 5, 2), valid)
    assert persons.index.tolist() == [0, 1, 2]
    assert not persons.valid[1].any() and persons.valid[0].all()


def test_unseen_joints_are_told():
    valid = torch.rand(2, 1, 4, 5) > 0.5
    persons = find_persons(torch.randn(2, 1, 4, 5, 2), valid)
    torch.testing.assert_close(persons.valid, valid[:, 0])


def test_without_valid_all_zero_persons_are_absent():
    x = torch.randn(2, 2, 4, 5, 2)
    x[:, 1] = 0
    assert find_persons(x).index.tolist() == [0, 2]


def test_nobody_at_all():
    x = torch.randn(2, 2, 4, 5, 2)
    persons = find_persons(x, torch.zeros(2, 2, 4, 5, dtype=torch.bool))
    assert persons.take(x).shape == (0, 4, 5, 2)
    put = persons.put(joints_first(persons.take(x)))
    assert put.shape == (2, 2, 2, 4, 5) and (put == 0).all()


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
