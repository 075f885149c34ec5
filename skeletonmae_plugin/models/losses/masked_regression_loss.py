"""Distance losses on hidden joints."""

import torch.nn.functional as F
from mmaction.registry import MODELS
from torch import Tensor, nn

Joints = tuple[Tensor, ...]


def hidden_joints(pred: Tensor, target: Tensor, mask: Tensor) -> Joints:
    """Where ``mask`` is True, so that only those few joints are compared.

    A GPU is waited for, which must say how many there are.

    Args:
        pred: (..., C).
        target: (..., C).
        mask: (...) bool.

    Returns:
        An index of K positions for each axis of ``mask``: ``pred[joints]`` is
        (K, C).

    Raises:
        ValueError: If the shapes do not go together.
    """
    if pred.shape != target.shape or pred.shape[:-1] != mask.shape:
        raise ValueError(
            f'prediction {tuple(pred.shape)}, target {tuple(target.shape)} '
            f'and mask {tuple(mask.shape)} do not go together: the '
            "decoder's out_channels must be the size of the target, and its "
            'time_stride the frames in a latent step'
        )
    return mask.nonzero(as_tuple=True)


def mean_or_zero(error: Tensor) -> Tensor:
    """Mean; of nothing 0, with a graph."""
    return error.sum() / max(error.numel(), 1)


@MODELS.register_module()
class MaskedSmoothL1Loss(nn.Module):
    """Huber-like error of hidden joints, mean over joints and channels.

    Args:
        beta: Where the parabola ends. Default: 1.
        loss_weight: Factor.

    Shapes:
        - pred, target: (..., C); mask: (...) bool, True = counts
    """

    def __init__(self, beta: float = 1.0, loss_weight: float = 1.0) -> None:
        super().__init__()
        self.beta = beta
        self.loss_weight = loss_weight

    def forward(self, pred: Tensor, target: Tensor, mask: Tensor) -> Tensor:
        """The loss, a scalar."""
        joints = hidden_joints(pred, target, mask)
        error = F.smooth_l1_loss(
            pred[joints], target[joints], reduction='none', beta=self.beta
        )
        return self.loss_weight * mean_or_zero(error)


@MODELS.register_module()
class MaskedMSELoss(nn.Module):
    """Squared error of hidden joints, mean over joints and channels.

    Args:
        loss_weight: Factor.

    Shapes:
        - pred, target: (..., C); mask: (...) bool, True = counts
    """

    def __init__(self, loss_weight: float = 1.0) -> None:
        super().__init__()
        self.loss_weight = loss_weight

    def forward(self, pred: Tensor, target: Tensor, mask: Tensor) -> Tensor:
        """The loss, a scalar."""
        joints = hidden_joints(pred, target, mask)
        error = F.mse_loss(pred[joints], target[joints], reduction='none')
        return self.loss_weight * mean_or_zero(error)
