"""Re-weighted cosine error, the paper's loss."""

import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from torch import Tensor, nn

from .masked_regression_loss import hidden_joints, mean_or_zero


def rce_loss(
    pred: Tensor,
    target: Tensor,
    mask: Tensor,
    beta: float = 2.0,
    reduction: str = 'mean',
) -> Tensor:
    r"""Re-weighted cosine error (paper, eq. 2).

    The paper sums over the n hidden joints of a graph, here one frame of one
    person, and frames with hidden joints are averaged:

    .. math::
        L_\text{sum} = \sum_{v \in \text{hidden}}
        \Big(\frac{1}{n} - \frac{\cos(x_v, z_v)}{n}\Big)^\beta

    So read it shrinks as :math:`n^{1 - \beta}` with more hidden joints.
    ``reduction='mean'`` is GraphMAE's form, the mean over all hidden joints
    of :math:`(1 - \cos)^\beta`, which does not.

    Args:
        pred: z, (..., V, C).
        target: x, (..., V, C).
        mask: (..., V) bool, True = hidden, and there.
        beta: Sharpening exponent. Default: 2, the paper's.
        reduction: 'mean' or 'sum'.

    Returns:
        A scalar; 0 where no joint is hidden.
    """
    joints = hidden_joints(pred, target, mask)
    z, x = pred[joints], target[joints]  # (K, C)
    # Near a perfect joint 1 - cos is smaller than bfloat16 can tell from 0.
    if z.dtype != torch.float64:
        z, x = z.float(), x.float()
    # Rounding may leave 1 - cos a hair below 0, where a power is NaN.
    error = (1 - F.cosine_similarity(x, z)).clamp(min=0)  # (K,)
    if reduction == 'mean':
        return mean_or_zero(error**beta)
    num_hidden = mask.sum(-1)  # n of every graph, (...)
    terms = (error / num_hidden[joints[:-1]]) ** beta
    return terms.sum() / (num_hidden > 0).sum().clamp(min=1)


@MODELS.register_module()
class RCELoss(nn.Module):
    """Module form of :func:`rce_loss`.

    Args:
        beta: Sharpening exponent, at least 1. Default: 2.
        reduction: 'mean' (default) or 'sum', the literal reading.
        loss_weight: Factor.

    Shapes:
        - pred, target: (..., V, C); mask: (..., V) bool, True = counts
    """

    def __init__(
        self,
        beta: float = 2.0,
        reduction: str = 'mean',
        loss_weight: float = 1.0,
    ) -> None:
        super().__init__()
        if reduction not in ('mean', 'sum'):
            raise ValueError(
                f"reduction must be 'mean' or 'sum', got {reduction!r}"
            )
        if beta < 1:
            raise ValueError(
                f'beta must be at least 1, got {beta}: below, '
                'the gradient at a perfect joint is infinite'
            )
        self.beta = beta
        self.reduction = reduction
        self.loss_weight = loss_weight

    def forward(self, pred: Tensor, target: Tensor, mask: Tensor) -> Tensor:
        """The loss, a scalar."""
        return self.loss_weight * rce_loss(
            pred, target, mask, self.beta, self.reduction
        )
