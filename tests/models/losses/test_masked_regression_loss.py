"""Distance losses on hidden joints."""

import pytest
import torch

from skeletonmae_plugin.models.losses import MaskedMSELoss, MaskedSmoothL1Loss

LOSSES = [MaskedMSELoss, MaskedSmoothL1Loss]


@pytest.mark.parametrize('cls', LOSSES)
def test_equals_a_loop(cls):
    pred, target = torch.randn(2, 2, 3, 5, 2) * 2
    mask = torch.rand(2, 3, 5) > 0.5
    errors = []
    for p, t in zip(pred[mask].flatten(), target[mask].flatten(), strict=True):
        d = abs(float(p - t))
        smooth = 0.5 * d * d if d < 1 else d - 0.5
        errors.append(d * d if cls is MaskedMSELoss else smooth)
    assert float(cls(loss_weight=2)(pred, target, mask)) == pytest.approx(
        2 * sum(errors) / len(errors), rel=1e-5
    )


@pytest.mark.parametrize('cls', LOSSES)
def test_perfect_is_zero_and_visible_has_no_gradient(cls):
    pred = torch.randn(2, 3, 5, 2, requires_grad=True)
    mask = torch.rand(2, 3, 5) > 0.5
    assert float(cls()(pred, pred.detach(), mask)) == 0
    cls()(pred, torch.zeros_like(pred), mask).backward()
    assert (pred.grad[~mask] == 0).all() and (pred.grad[mask] != 0).all()


@pytest.mark.parametrize('cls', LOSSES)
def test_padded_person_changes_nothing(cls):
    pred, target = torch.randn(2, 2, 1, 3, 5, 2)
    mask = torch.rand(2, 1, 3, 5) > 0.5
    pad = torch.nn.functional.pad
    pads = (0, 0, 0, 0, 0, 0, 0, 1)
    padded = cls()(
        pad(pred, pads, value=float('nan')),
        pad(target, pads),
        pad(mask, pads[2:]),
    )
    assert float(padded) == pytest.approx(float(cls()(pred, target, mask)))


@pytest.mark.parametrize('cls', LOSSES)
def test_nothing_hidden_is_zero_with_a_graph(cls):
    pred = torch.full((2, 5, 3), torch.nan, requires_grad=True)
    loss = cls()(pred, torch.zeros(2, 5, 3), torch.zeros(2, 5).bool())
    loss.backward()
    assert float(loss) == 0 and (pred.grad == 0).all()
