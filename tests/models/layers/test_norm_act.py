"""Norm, residual and activation in one function, against torch's own."""

import pytest
import torch
import torch.nn.functional as F

from skeletonmae_plugin.models.layers.masked_batch_norm import leak
from skeletonmae_plugin.models.layers.norm_act import norm_act

CASES = [
    (1.0, False),
    (1.0, True),
    (0.0, False),
    (0.0, True),
    (0.3, False),
    (0.3, True),
    ('learned', False),
]


def make(slope, dtype=torch.float64):
    torch.manual_seed(0)
    norm = torch.nn.BatchNorm1d(3).to(dtype)
    torch.nn.init.normal_(norm.weight)
    torch.nn.init.normal_(norm.bias)
    if slope == 'learned':
        slope = torch.nn.Parameter(torch.tensor([0.2], dtype=dtype))
    return norm, slope


def reference(x, norm, valid, slope, residual):
    """The same from torch's own batch norm, on the valid rows alone."""
    rows = x if valid is None else x[valid]
    z = norm(rows.reshape(-1, 3)).view(rows.shape)
    if residual is not None:
        z = z + (residual if valid is None else residual[valid])
    z = leak(z, slope)
    if valid is None:
        return z
    return torch.zeros_like(x).index_put((valid,), z)


@pytest.mark.parametrize('slope, with_residual', CASES)
@pytest.mark.parametrize('masked', [False, True])
@pytest.mark.parametrize('places', [(), (5,), (2, 3)])
def test_equals_torch_with_all_gradients(slope, masked, with_residual, places):
    norm, slope = make(slope)
    stock, _ = make(slope)
    x = 3 + torch.randn(4, *places, 3, dtype=torch.float64)
    residual = torch.randn_like(x) if with_residual else None
    valid = torch.rand(x.shape[:-1]) > 0.4 if masked else None
    grad = torch.randn_like(x)
    results = []
    for function, bn in ((norm_act, norm), (reference, stock)):
        inputs = [x.clone().requires_grad_()]
        if residual is not None:
            inputs.append(residual.clone().requires_grad_())
        leaves = [*inputs, bn.weight, bn.bias]
        if isinstance(slope, torch.Tensor):
            leaves.append(slope)
        y = function(
            inputs[0], bn, valid, slope, inputs[1] if with_residual else None
        )
        results.append((y, *torch.autograd.grad(y, leaves, grad)))
    for ours, expected in zip(*results, strict=True):
        torch.testing.assert_close(ours, expected)
    torch.testing.assert_close(norm.running_mean, stock.running_mean)
    torch.testing.assert_close(norm.running_var, stock.running_var)
    assert norm.num_batches_tracked == stock.num_batches_tracked == 1


def test_half_precision_keeps_statistics_in_float32():
    norm, slope = make('learned', torch.float32)
    x = (100 + torch.randn(4000, 3)).bfloat16()
    y = norm_act(x, norm, None, slope, None)
    assert y.dtype == torch.bfloat16
    expected = F.prelu(
        F.batch_norm(x.float(), None, None, norm.weight, norm.bias, True),
        slope,
    )
    torch.testing.assert_close(y.float(), expected, rtol=1e-2, atol=1e-2)
    assert norm.running_mean.dtype == torch.float32


@pytest.mark.parametrize('num_valid', [0, 1])
def test_too_few_positions_use_what_was_seen(num_valid):
    norm, _ = make(1.0)
    norm.running_mean.fill_(2.0)
    norm.running_var.fill_(4.0)
    x = torch.randn(5, 3, dtype=torch.float64, requires_grad=True)
    valid = torch.arange(5) < num_valid
    y = norm_act(x, norm, valid, 1.0, None)
    seen = (x - 2) / (4 + norm.eps) ** 0.5 * norm.weight + norm.bias
    torch.testing.assert_close(y, seen * valid[:, None])
    y.sum().backward()
    expected = norm.weight / (4 + norm.eps) ** 0.5 * valid[:, None]
    torch.testing.assert_close(x.grad, expected.detach())
    assert (norm.running_mean == 2).all()
    assert norm.num_batches_tracked == 0


def test_a_learned_slope_beside_a_residual_is_refused():
    norm, slope = make('learned')
    x = torch.randn(4, 3, dtype=torch.float64)
    with pytest.raises(ValueError, match='without a residual'):
        norm_act(x, norm, None, slope, x)


def test_a_negative_slope_is_refused():
    norm, _ = make(0.0)
    x = torch.randn(4, 3, dtype=torch.float64)
    with pytest.raises(ValueError, match='at least 0, got -0.5'):
        norm_act(x, norm, None, -0.5, None)
