"""A momentum teacher's features as target."""

from typing import Any

import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from mmengine.model import ExponentialMovingAverage
from torch import Tensor, nn

from ..layers import pool_flags
from .base import TargetGenerator


@MODELS.register_module()
class EMATarget(TargetGenerator):
    """Features that a slow copy of the backbone gives of the whole clip.

    The teacher is a moving average of the backbone's weights, and its
    features are normalised over the channels, as in data2vec
    (https://arxiv.org/abs/2202.03555). It follows once in every training
    step, before it is asked.

    Args:
        momentum: Share of the backbone in each step. Default: 0.002.

    Shapes: see :class:`TargetGenerator`; C' and T' are the latent's.
    """

    def __init__(self, momentum: float = 0.002) -> None:
        super().__init__()
        self.momentum = momentum

    def attach(self, backbone: nn.Module) -> None:
        """Copy the backbone."""
        self.teacher = ExponentialMovingAverage(
            backbone, momentum=self.momentum, update_buffers=True
        )
        self.teacher.requires_grad_(False)

    def compile_steps(self, trains: nn.Module | None) -> None:
        """Compile the teacher as its backbone is."""
        teacher: Any = self.teacher.module
        if hasattr(teacher, 'compile_steps'):
            teacher.compile_steps(trains)

    def init_weights(self) -> None:
        """Nothing: in its first step the teacher copies the backbone."""

    @torch.no_grad()
    def forward(
        self, x: Tensor, valid: Tensor | None, backbone: nn.Module
    ) -> tuple[Tensor, Tensor | None]:
        """The teacher's features, and where there is a joint."""
        if self.training:
            # MMEngine updates the tensors of its construction, which a move
            # of the model to a GPU leaves behind.
            self.teacher.avg_parameters = self.teacher.module.state_dict()
            self.teacher.update_parameters(backbone)
        self.teacher.eval()
        latent = self.teacher(x, None, valid)  # (N, M, D, T', V)
        target = latent.permute(0, 1, 3, 4, 2)
        if valid is not None:
            valid = pool_flags(valid, target.shape[2])
        return F.layer_norm(target, target.shape[-1:]), valid
