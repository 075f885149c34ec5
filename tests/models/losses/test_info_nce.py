"""Agreement of two views, against the other clips."""

import math

import pytest
import torch
import torch.nn.functional as F

from skeletonmae_plugin.models.losses import info_nce as module
from skeletonmae_plugin.models.losses.info_nce import gather_rows, info_nce


def unit(*shape):
    return F.normalize(torch.randn(*shape), dim=-1)


def test_equals_a_loop():
    query, key, tau = unit(5, 8), unit(5, 8), 0.3
    expected = 0.0
    for i in range(5):
        scores = [math.exp(float(query[i] @ k) / tau) for k in key]
        expected -= math.log(scores[i] / sum(scores)) / 5
    got = float(info_nce(query, key, tau, torch.arange(5)))
    assert got == pytest.approx(expected, rel=1e-5)


def test_negatives_of_other_clips_count_and_those_of_the_same_do_not():
    query, key, negative, tau = unit(5, 8), unit(5, 8), unit(5, 8), 0.3
    clips = torch.tensor([7, 8, 7, 9, 5])  # the first and third are one
    expected = 0.0
    for i in range(5):
        own = math.exp(float(query[i] @ key[i]) / tau)
        rest = sum(
            math.exp(float(query[i] @ row) / tau)
            for rows in (key, negative)
            for j, row in enumerate(rows)
            if clips[j] != clips[i]
        )
        expected -= math.log(own / (own + rest)) / 5
    got = float(info_nce(query, key, tau, clips, negative))
    assert got == pytest.approx(expected, rel=1e-5)


def test_both_ways_it_is_the_loss_of_simclr():
    one, two, tau = unit(4, 8), unit(4, 8), 0.2
    clips = torch.arange(4)
    ours = 0.5 * (
        info_nce(one, two, tau, clips, one)
        + info_nce(two, one, tau, clips, two)
    )
    z = torch.cat((one, two))
    scores = (z @ z.T / tau).fill_diagonal_(-torch.inf)
    theirs = F.cross_entropy(scores, torch.cat((clips + 4, clips)))
    torch.testing.assert_close(ours, theirs)


def test_clips_that_all_look_alike_cost_the_logarithm_of_their_number():
    same, clips = unit(1, 8).expand(6, 8), torch.arange(6)
    loss = info_nce(same, same, 0.1, clips)
    assert float(loss) == pytest.approx(math.log(6))
    loss = info_nce(same, same, 0.1, clips, same)
    assert float(loss) == pytest.approx(math.log(11))


def test_agreement_costs_nothing_where_the_others_are_far():
    codes, clips = torch.eye(4), torch.arange(4)
    loss = info_nce(codes, codes, 0.05, clips)
    assert float(loss) == pytest.approx(0, abs=1e-6)
    assert float(info_nce(codes, codes.roll(1, 0), 0.05, clips)) > 10


def test_one_clip_has_nothing_to_be_told_from():
    code, clip = unit(1, 8), torch.zeros(1).long()
    assert float(info_nce(code, unit(1, 8), 0.2, clip, code)) == 0


def test_rows_of_all_processes_with_own_gradient(monkeypatch):
    other = unit(3, 8)

    def all_gather(rows):
        assert rows.is_contiguous()  # NCCL refuses others
        return [other, rows.clone()]

    monkeypatch.setattr(module, 'get_world_size', lambda: 2)
    monkeypatch.setattr(module, 'get_rank', lambda: 1)
    monkeypatch.setattr(module, 'all_gather', all_gather)
    views = torch.randn(3, 2, 8, requires_grad=True)
    rows = gather_rows(views[:, 1])
    torch.testing.assert_close(rows, torch.cat((other, views[:, 1])))
    rows.sum().backward()
    assert (views.grad[:, 1] == 1).all() and (views.grad[:, 0] == 0).all()
