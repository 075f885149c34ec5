"""The embedding as target, as the paper has it."""

from typing import Any

from mmaction.registry import MODELS
from torch import Tensor, nn

from ..layers import pool_flags
from .base import TargetGenerator


@MODELS.register_module()
class EmbeddingTarget(TargetGenerator):
    """The paper's X: the embedding of the unmasked joints (section 3.2).

    The embedding is learnable. With a gradient through the target, as the
    text can be read, it may turn all joints into one direction and the cosine
    error to 0: a collapse, not a success.

    Args:
        target_grad: Let the gradient through (the literal reading). Default:
            False.

    Shapes: see :class:`TargetGenerator`; C' = D, T' = T / patch_size.
    """

    def __init__(self, target_grad: bool = False) -> None:
        super().__init__()
        self.target_grad = target_grad
        self.learns = target_grad

    def attach(self, backbone: nn.Module) -> None:
        """Refuse a backbone without an embedding."""
        if not hasattr(getattr(backbone, 'embedding', None), 'embed'):
            raise ValueError(
                f'EmbeddingTarget needs a backbone that embeds joints '
                f'(SkeletonMAE, STRL); {type(backbone).__name__} does not: '
                'use CoordinateTarget, MotionTarget or EMATarget'
            )

    def forward(
        self, x: Tensor, valid: Tensor | None, backbone: Any
    ) -> tuple[Tensor, Tensor | None]:
        """The embedding, and where there is a joint."""
        # Cut afterwards: without history, autocast of older torch would keep
        # the half-precision weights for the encoder, whose gradient ended
        # there too (pytorch#112583).
        target = backbone.embedding.embed(x, valid=valid)
        if not self.target_grad:
            target = target.detach()
        if valid is not None:
            valid = pool_flags(valid, target.shape[2])
        return target, valid
