"""The control of every graph layer: one whose joints tell nothing."""

from torch import Tensor, nn

from .perceptron import Perceptron
from .rows import take_rows


class JointMLP(nn.Module):
    r"""GIN's perceptron without its sum: joints send each other nothing.

    .. math::
        x'_v = \mathrm{MLP}(x_v)

    Of a stream of bones a joint still knows where its parent is.

    Args:
        in_channels: Size of a joint's feature.
        out_channels: Size of the output.
        adjacency: Not used, for there is no graph.

    Shapes:
        - x: (V, ..., C_in); valid: as other operators take it, not used
        - output: (V, ..., C_out), or as in :class:`GINConv` of ``rows``
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        adjacency: Tensor,
    ) -> None:
        super().__init__()
        self.mlp = Perceptron(in_channels, in_channels, out_channels)

    def forward(
        self,
        x: Tensor,
        valid: Tensor | None = None,
        rows: Tensor | None = None,
    ) -> Tensor:
        """Update every joint on its own."""
        return self.mlp(take_rows(x, rows))
