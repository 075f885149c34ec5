"""Agreement of two views, against the other clips."""

import math

import pytest
import torch
import torch.nn.functional as F

from skeletonmae_plugin.models.losses.info_nce import info_nce


def unit(*shape):
    return F.normalize(torch.randn(*shape), dim=-1)


def test_equals_a_loop():
    query, key, tau = unit(5, 8), unit(5, 8), 0.3
    expected = 0.0
    for i in range(5):
        scores = [math.exp(float(query[i] @ k) / tau) for k in key]
        expected -= math.log(scores[i] / sum(scores)) / 5
    got = float(info_nce(query, key, tau))
    assert got == pytest.approx(expected, rel=1e-5)


def test_clips_that_all_look_alike_cost_the_logarithm_of_their_number():
    same = unit(1, 8).expand(6, 8)
    assert float(info_nce(same, same, 0.1)) == pytest.approx(math.log(6))


def test_agreement_costs_nothing_where_the_others_are_far():
    codes = torch.eye(4)
    assert float(info_nce(codes, codes, 0.05)) == pytest.approx(0, abs=1e-6)
    assert float(info_nce(codes, codes.roll(1, 0), 0.05)) > 10


def test_one_clip_has_nothing_to_be_told_from():
    assert float(info_nce(unit(1, 8), unit(1, 8), 0.2)) == 0
