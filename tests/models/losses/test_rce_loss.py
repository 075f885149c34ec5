"""The paper's loss against a loop written from its formula."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from skeletonmae_plugin.models.losses import RCELoss, rce_loss


def reference(pred, target, mask, beta, reduction):
    """Paper, eq. 2, word for word; joint by joint in plain Python."""
    graphs = []
    for z, x, hidden in zip(
        pred.flatten(0, -3),
        target.flatten(0, -3),
        mask.flatten(0, -2),
        strict=True,
    ):
        n = int(hidden.sum())
        terms = []
        for v in range(len(x)):
            if hidden[v]:
                dot = sum(
                    float(a) * float(b)
                    for a, b in zip(x[v], z[v], strict=True)
                )
                norms = [
                    math.sqrt(sum(float(a) ** 2 for a in u))
                    for u in (x[v], z[v])
                ]
                cos = dot / (norms[0] * norms[1])
                terms.append(
                    (1 / n - cos / n) ** beta
                    if reduction == 'sum'
                    else (1 - cos) ** beta
                )
        if terms:
            graphs.append(terms)
    if reduction == 'sum':
        return sum(map(sum, graphs)) / len(graphs)
    flat = [t for terms in graphs for t in terms]
    return sum(flat) / len(flat)


@pytest.mark.parametrize('reduction', ['mean', 'sum'])
@pytest.mark.parametrize('beta', [1.0, 2.0, 3.0])
def test_equals_the_formula(reduction, beta):
    generator = torch.Generator().manual_seed(int(beta))
    pred, target = torch.randn(2, 3, 2, 5, 4, generator=generator).double()
    mask = torch.rand(3, 2, 5, generator=generator) > 0.5
    loss = rce_loss(pred, target, mask, beta, reduction)
    assert float(loss) == pytest.approx(
        reference(pred, target, mask, beta, reduction), rel=1e-9
    )


@given(st.integers(1, 17), st.floats(0.1, 10))
def test_scale_of_the_paper_is_n_to_the_one_minus_beta(hidden, scale):
    target = torch.tensor([[1.0, 0.0]]).expand(17, 2)
    pred = torch.tensor([[0.0, scale]]).expand(17, 2)  # cos = 0
    mask = torch.arange(17) < hidden
    assert float(rce_loss(pred, target, mask, 2, 'sum')) == pytest.approx(
        hidden**-1, rel=1e-5
    )
    assert float(rce_loss(pred, target, mask, 2, 'mean')) == pytest.approx(1)


@pytest.mark.parametrize('reduction', ['mean', 'sum'])
def test_closed_forms(reduction):
    target = torch.randn(2, 4, 5, 3)
    mask = torch.ones(2, 4, 5, dtype=torch.bool)
    loss = RCELoss(reduction=reduction)
    assert float(loss(target * 3, target, mask)) == pytest.approx(0, abs=1e-6)
    assert float(
        RCELoss(reduction=reduction)(-target, target, mask)
    ) == pytest.approx(4 if reduction == 'mean' else 4 / 5, rel=1e-4)


@pytest.mark.parametrize('reduction', ['mean', 'sum'])
def test_no_gradient_on_visible_joints(reduction):
    pred = torch.randn(2, 4, 5, 3, requires_grad=True)
    mask = torch.rand(2, 4, 5) > 0.5
    rce_loss(
        pred, torch.randn(2, 4, 5, 3), mask, reduction=reduction
    ).backward()
    assert (pred.grad[~mask] == 0).all()
    assert (pred.grad[mask].abs().sum(-1) > 0).all()


@pytest.mark.parametrize('reduction', ['mean', 'sum'])
def test_nothing_hidden_is_zero_with_a_graph(reduction):
    pred = torch.zeros(2, 5, 3, requires_grad=True)
    mask = torch.zeros(2, 5, dtype=torch.bool)
    loss = rce_loss(pred, torch.zeros(2, 5, 3), mask, reduction=reduction)
    loss.backward()
    assert float(loss) == 0 and pred.grad.isfinite().all()


def test_bfloat16_is_computed_in_float32():
    target = torch.randn(4, 5, 8).bfloat16()
    pred = (target.float() + 0.05 * torch.randn(4, 5, 8)).bfloat16()
    mask = torch.ones(4, 5, dtype=torch.bool)
    loss = rce_loss(pred, target, mask)
    assert loss.dtype == torch.float32
    torch.testing.assert_close(
        loss, rce_loss(pred.float(), target.float(), mask)
    )


@pytest.mark.parametrize('options', [dict(reduction='none'), dict(beta=0.5)])
def test_options_are_checked(options):
    with pytest.raises(ValueError):
        RCELoss(**options)


def test_shapes_are_checked():
    with pytest.raises(ValueError, match='out_channels'):
        rce_loss(
            torch.zeros(2, 5, 3),
            torch.zeros(2, 5, 2),
            torch.zeros(2, 5, dtype=torch.bool),
        )


def dense(pred, target, mask, beta, reduction):
    """The same on all joints, those that do not count times 0."""
    away = ~mask.unsqueeze(-1)
    pred, target = (torch.where(away, 1.0, a.float()) for a in (pred, target))
    error = (1 - torch.cosine_similarity(pred, target, dim=-1)).clamp(min=0)
    if reduction == 'mean':
        return (error**beta * mask).sum() / mask.sum()
    terms = (error / mask.sum(-1, keepdim=True).clamp(min=1)) ** beta
    return (terms * mask).sum() / mask.any(-1).sum()


@pytest.mark.parametrize('reduction', ['mean', 'sum'])
def test_rows_alone_give_loss_and_gradients_of_the_whole(reduction):
    # The decoder's order of axes: joints first in memory.
    pred = torch.randn(5, 2, 1, 8, 6).permute(1, 2, 3, 0, 4)
    target = torch.randn(2, 1, 8, 5, 6)
    mask = torch.rand(2, 1, 8, 5) > 0.6
    mask[0, 0, :3] = False  # frames that do not count
    results = []
    for loss in (rce_loss, dense):
        inputs = [a.clone().requires_grad_() for a in (pred, target)]
        value = loss(*inputs, mask, 2.0, reduction)
        results.append((value, *torch.autograd.grad(value, inputs)))
    for ours, theirs in zip(*results, strict=True):
        torch.testing.assert_close(ours, theirs)


@pytest.mark.parametrize('reduction', ['mean', 'sum'])
def test_what_does_not_count_may_be_anything(reduction):
    pred = torch.randn(4, 5, 3)
    mask = torch.rand(4, 5) > 0.5
    wild = torch.where(mask.unsqueeze(-1), pred, torch.nan).requires_grad_()
    loss = rce_loss(wild, torch.ones(4, 5, 3), mask, reduction=reduction)
    loss.backward()
    assert loss.isfinite() and wild.grad.isfinite().all()
