"""Raw coordinates as target."""

from mmaction.registry import MODELS
from torch import Tensor, nn

from .base import TargetGenerator


@MODELS.register_module()
class CoordinateTarget(TargetGenerator):
    """The joints' (normalised) coordinates themselves.

    Our default: it is fixed, so it cannot collapse, and its error can be read
    in pixels or metres.

    Shapes: see :class:`TargetGenerator`; C' = C, T' = T.
    """

    def forward(
        self, x: Tensor, valid: Tensor | None, backbone: nn.Module
    ) -> tuple[Tensor, Tensor | None]:
        """The clip itself."""
        return x, valid
