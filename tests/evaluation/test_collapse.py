import pytest
import torch

from skeletonmae_plugin.evaluation import effective_rank, spread


def test_constants_have_no_spread_and_no_rank():
    x = torch.full((50, 8), 0.1) * torch.arange(1, 9)
    assert spread(x) == pytest.approx(0, abs=1e-12)
    assert effective_rank(x) == 0
    assert spread(torch.zeros(5, 3)) == 0


def test_rounding_noise_is_no_rank():
    x = 1 + 1e-8 * torch.randn(50, 8, dtype=torch.float64)
    assert effective_rank(x.float()) == 0


def test_line_has_rank_one():
    torch.manual_seed(0)
    x = torch.randn(50, 1) * torch.randn(8) + torch.randn(8)
    assert effective_rank(x) == pytest.approx(1, abs=1e-3)


def test_isotropic_has_full_rank():
    x = torch.cat([torch.eye(8), -torch.eye(8)])
    assert effective_rank(x) == pytest.approx(8)
    assert spread(x) == pytest.approx(1)


def test_rank_from_known_singular_values():
    x = torch.diag(torch.tensor([3.0, 1.0]))
    x = torch.cat([x, -x])
    p = torch.tensor([0.75, 0.25])
    assert effective_rank(x) == pytest.approx(
        float(torch.exp(-(p * p.log()).sum()))
    )


def test_spread_closed_form_and_scale_free():
    x = torch.tensor([[3.0, 4.0], [3.0, 2.0]])  # mean (3, 3), deviations 1
    expected = (2 / 38) ** 0.5
    assert spread(x) == pytest.approx(expected)
    assert spread(1000 * x) == pytest.approx(expected)
