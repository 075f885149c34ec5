"""What a teacher's class scores teach a student."""

import torch.nn.functional as F
from mmaction.registry import MODELS
from torch import Tensor, nn


def distillation_loss(
    score: Tensor, target: Tensor, temperature: float = 4.0
) -> Tensor:
    r"""Divergence of a student's softened classes from a teacher's.

    From `Distilling the Knowledge in a Neural Network
    <https://arxiv.org/abs/1503.02531>`_, section 2, with the entropy of the
    teacher taken off, so that it is 0 where both agree:

    .. math::
        L = \frac{\tau^2}{N} \sum_i \mathrm{KL}\big(
            \mathrm{softmax}(t_i / \tau) \,\|\, \mathrm{softmax}(s_i / \tau)
        \big)

    Softened by :math:`\tau`, gradients shrink as :math:`1 / \tau^2`; the
    factor keeps them as large as those of a cross entropy beside it.

    Args:
        score: s, the student's scores before softmax, (N, K).
        target: t, the teacher's, (N, K); it gets no gradient.
        temperature: :math:`\tau`, above 0.

    Returns:
        A scalar.

    Raises:
        ValueError: If the shapes differ.
    """
    if score.shape != target.shape:
        raise ValueError(
            f'the student gives scores {tuple(score.shape)} and its teacher '
            f'{tuple(target.shape)}: expected the same clips and classes; '
            'take a teacher of the same num_classes'
        )
    # Half precision cannot tell small probabilities from 0.
    own = F.log_softmax(score.float() / temperature, 1)
    soft = F.log_softmax(target.detach().float() / temperature, 1)
    divergence = F.kl_div(own, soft, reduction='batchmean', log_target=True)
    return temperature**2 * divergence


@MODELS.register_module()
class DistillationLoss(nn.Module):
    r"""Module form of :func:`distillation_loss`.

    Args:
        temperature: :math:`\tau`, above 0. The higher it is, the more counts
            what the teacher says of unlikely classes.
        loss_weight: Factor.

    Shapes:
        - score, target: (N, K), before softmax
    """

    def __init__(
        self, temperature: float = 4.0, loss_weight: float = 1.0
    ) -> None:
        super().__init__()
        if temperature <= 0:
            raise ValueError(f'temperature must be above 0, got {temperature}')
        self.temperature = temperature
        self.loss_weight = loss_weight

    def forward(self, score: Tensor, target: Tensor) -> Tensor:
        """The loss, a scalar."""
        return self.loss_weight * distillation_loss(
            score, target, self.temperature
        )
