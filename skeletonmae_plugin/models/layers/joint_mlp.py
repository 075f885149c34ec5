"""The control of every graph layer: one without a graph."""

from torch import Tensor, nn

from .rectify import rectify
from .rows import take_rows


class JointMLP(nn.Module):
    r"""GIN's perceptron without its sum: no joint knows of another.

    .. math::
        x'_v = \mathrm{MLP}(x_v)

    What a network with :class:`GINConv` does better, the graph has brought.

    Args:
        in_channels: Size of a joint's feature.
        out_channels: Size of the output.
        adjacency: Not used, for there is no graph.
        hidden_channels: Width of the perceptron. Default: ``in_channels``.

    Shapes:
        - x: (V, ..., C_in); valid: as other operators take it, not used
        - output: (V, ..., C_out), or as in :class:`GINConv` of ``rows``
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        adjacency: Tensor,
        hidden_channels: int | None = None,
    ) -> None:
        super().__init__()
        hidden_channels = hidden_channels or in_channels
        self.mlp = nn.Sequential(
            nn.Linear(in_channels, hidden_channels),
            nn.ReLU(),
            nn.Linear(hidden_channels, out_channels),
        )

    def forward(
        self,
        x: Tensor,
        valid: Tensor | None = None,
        rows: Tensor | None = None,
    ) -> Tensor:
        """Update every joint on its own."""
        first, _, second = self.mlp
        return second(rectify(first(take_rows(x, rows))))
