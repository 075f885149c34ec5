"""What all targets share."""

from mmengine.model import BaseModule
from torch import Tensor, nn


class TargetGenerator(BaseModule):
    """From the whole clip, hidden joints included, to what is to be predicted.

    Shapes of ``forward``:
        - x: (N, M, T, V, C); valid: (N, M, T, V) bool or None
        - output: target (N, M, T', V, C') and where it is defined,
          (N, M, T', V) bool or None for everywhere
    """

    #: True if the loss may change the target itself.
    learns = False

    def attach(self, backbone: nn.Module) -> None:
        """See the backbone once, when the model is built.

        Raises:
            ValueError: If the backbone cannot give this target.
        """

    def forward(
        self, x: Tensor, valid: Tensor | None, backbone: nn.Module
    ) -> tuple[Tensor, Tensor | None]:
        """The target and where it is defined, see the class."""
        raise NotImplementedError
