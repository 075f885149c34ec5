"""The head that compares prediction and target."""

from typing import NamedTuple

from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor

from .losses import RCELoss
from .targets import TargetGenerator


class PretrainOutputs(NamedTuple):
    """What a pre-training head is given.

    Attributes:
        pred: (N, M, T', V, C'), the decoder's prediction; SkeletonMAEDecoder
            leaves 0 where nothing is hidden while it trains.
        target: (N, M, T', V, C').
        mask: (N, M, T', V) bool, True = hidden, and the target is defined.
        defined: (N, M, T', V) bool, True = there is a target.
        latent: (N, M, D, T'', V), the backbone's output.
        valid: (N, M, T, V) bool or None, joints that exist.
        sample_idx: (B,) long or None, the place in the data set of each
            sample, whose N / B clips lie side by side in N.
    """

    pred: Tensor
    target: Tensor
    mask: Tensor
    defined: Tensor
    latent: Tensor
    valid: Tensor | None
    sample_idx: Tensor | None = None


@MODELS.register_module()
class ReconstructionHead(BaseModule):
    """Loss of the hidden joints' reconstruction.

    Args:
        loss: Config of the loss. Default: smooth L1.
        name: The loss is logged as ``loss_<name>``.
    """

    def __init__(
        self,
        loss: dict | None = None,
        name: str = 'reconstruction',
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(init_cfg=init_cfg)
        self.name = name
        self.criterion = MODELS.build(loss or dict(type='MaskedSmoothL1Loss'))

    def attach(self, target: TargetGenerator) -> None:
        """See the target once, when the model is built.

        Raises:
            ValueError: If target and loss make no sense together.
        """
        if target.learns and not isinstance(self.criterion, RCELoss):
            raise ValueError(
                f'{type(self.criterion).__name__} with a gradient through '
                'the target is smallest when the embedding is 0; set '
                'target_grad=False, or use RCELoss as the paper does'
            )

    def loss(self, outputs: PretrainOutputs) -> dict[str, Tensor]:
        """``dict(loss_<name>=...)``, a scalar."""
        loss = self.criterion(outputs.pred, outputs.target, outputs.mask)
        return {f'loss_{self.name}': loss}
