"""Codes of clips seen lately."""

import torch

from skeletonmae_plugin.models.layers.neighbour_bank import NeighbourBank


def test_the_newest_codes_take_the_place_of_the_oldest():
    bank = NeighbourBank(5, 1)
    for start in range(0, 12, 3):
        numbers = torch.arange(start, start + 3)
        bank.add(numbers[:, None].float(), numbers)
    assert sorted(bank.owners.tolist()) == [7, 8, 9, 10, 11]
    torch.testing.assert_close(bank.codes[:, 0], bank.owners.float())


def test_more_than_it_holds_at_once():
    bank = NeighbourBank(2, 1)
    bank.add(torch.arange(5.0)[:, None], torch.arange(5))
    assert sorted(bank.owners.tolist()) == [3, 4]


def test_full_once_as_many_have_come():
    bank = NeighbourBank(4, 2)
    assert not bank.is_full
    bank.add(torch.randn(3, 2), torch.arange(3))
    assert not bank.is_full
    bank.add(torch.randn(3, 2), torch.arange(3))
    assert bank.is_full


def test_the_nearest_of_another_clip():
    bank = NeighbourBank(3, 2)
    codes = torch.tensor([[1.0, 0], [0.8, 0.6], [0, 1]])
    bank.add(codes, torch.tensor([7, 8, 9]))
    query = torch.tensor([[1.0, 0], [1.0, 0], [0, 1]], requires_grad=True)
    found = bank.nearest(query, torch.tensor([7, 1, 9]))
    torch.testing.assert_close(found, codes[[1, 0, 1]])
    assert not found.requires_grad


def test_what_it_holds_is_saved():
    bank = NeighbourBank(3, 2)
    bank.add(torch.randn(2, 2), torch.tensor([5, 6]))
    other = NeighbourBank(3, 2)
    other.load_state_dict(bank.state_dict())
    other.add(torch.ones(1, 2), torch.tensor([7]))
    assert other.owners.tolist() == [5, 6, 7] and other.is_full
