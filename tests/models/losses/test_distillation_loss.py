"""The distillation loss against a loop written from its formula."""

import math

import pytest
import torch

from skeletonmae_plugin.models.losses import (
    DistillationLoss,
    distillation_loss,
)


def softened(scores, temperature):
    powers = [math.exp(s / temperature) for s in scores]
    return [p / sum(powers) for p in powers]


def reference(score, target, temperature):
    """Clip by clip in plain Python."""
    total = 0.0
    for own, other in zip(score.tolist(), target.tolist(), strict=True):
        p, q = softened(other, temperature), softened(own, temperature)
        total += sum(a * math.log(a / b) for a, b in zip(p, q, strict=True))
    return temperature**2 * total / len(score)


@pytest.mark.parametrize('temperature', [0.5, 1.0, 4.0])
def test_equals_the_formula(temperature):
    score, target = torch.randn(2, 5, 7, dtype=torch.float64) * 3
    loss = distillation_loss(score, target, temperature)
    expected = reference(score, target, temperature)
    assert float(loss) == pytest.approx(expected, rel=1e-5)


def test_zero_where_both_agree_and_shifted_scores_are_the_same():
    score = torch.randn(4, 6)
    assert float(distillation_loss(score, score + 3)) == pytest.approx(
        0, abs=1e-5
    )
    assert float(distillation_loss(score, score.flip(1))) > 0.1


def test_at_temperature_one_the_gradient_is_that_of_soft_labels():
    target = torch.randn(3, 5, requires_grad=True)
    grads = []
    for loss in (
        lambda s: distillation_loss(s, target, 1.0),
        lambda s: torch.nn.functional.cross_entropy(
            s, target.detach().softmax(1)
        ),
    ):
        score = torch.arange(15.0).view(3, 5).requires_grad_()
        loss(score).backward()
        grads.append(score.grad)
    torch.testing.assert_close(*grads)
    assert target.grad is None  # the teacher learns nothing


def test_gradients_of_a_high_temperature_do_not_vanish():
    """Hinton et al., eq. 4: of centred scores it is (s - t) / (N K)."""
    score, target = torch.randn(2, 4, 6, dtype=torch.float64)
    score, target = (x - x.mean(1, keepdim=True) for x in (score, target))
    score = score.requires_grad_()
    distillation_loss(score, target, 1000.0).backward()
    expected = (score - target).detach() / (4 * 6)
    torch.testing.assert_close(score.grad, expected, rtol=0.05, atol=1e-4)


def test_half_precision_is_as_good():
    score, target = torch.randn(2, 8, 10) * 10
    exact = distillation_loss(score.bfloat16().float(), target)
    torch.testing.assert_close(
        distillation_loss(score.bfloat16(), target), exact
    )


def test_module_has_its_weight_and_refuses_nonsense():
    score, target = torch.randn(2, 4, 6)
    loss = DistillationLoss(temperature=2.0, loss_weight=0.5)(score, target)
    torch.testing.assert_close(
        loss, 0.5 * distillation_loss(score, target, 2.0)
    )
    with pytest.raises(ValueError, match='temperature must be above 0, got 0'):
        DistillationLoss(temperature=0)
    with pytest.raises(ValueError, match=r'\(4, 6\).*\(4, 5\).*num_classes'):
        distillation_loss(score, target[:, :5])
