"""Distance losses on hidden joints."""

import torch.nn.functional as F
from mmaction.registry import MODELS
from torch import Tensor, nn


def masked_mean(error: Tensor, mask: Tensor) -> Tensor:
    """Mean of the errors where ``mask`` is True; 0, with a graph, if nowhere.

    Args:
        error: (...) or (..., C), averaged over C first.
        mask: (...) bool.
    """
    if error.ndim > mask.ndim:
        error = error.mean(-1)
    # where, not a product: an error of inf or NaN outside stays outside.
    total = error.where(mask, error.new_zeros(())).sum()
    return total / mask.sum().clamp(min=1)


def check_shapes(pred: Tensor, target: Tensor, mask: Tensor) -> None:
    """Raise ``ValueError`` if prediction and target do not go together."""
    if pred.shape != target.shape or pred.shape[:-1] != mask.shape:
        raise ValueError(
            f'prediction {tuple(pred.shape)}, target {tuple(target.shape)} '
            f'and mask {tuple(mask.shape)} do not go together: the '
            "decoder's out_channels must be the size of the target, and its "
            'time_stride the frames in a latent step'
        )


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
        check_shapes(pred, target, mask)
        error = F.smooth_l1_loss(
            pred, target, reduction='none', beta=self.beta
        )
        return self.loss_weight * masked_mean(error, mask)


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
        check_shapes(pred, target, mask)
        error = F.mse_loss(pred, target, reduction='none')
        return self.loss_weight * masked_mean(error, mask)
