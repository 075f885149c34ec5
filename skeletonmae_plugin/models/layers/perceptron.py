"""The perceptron of two layers within a graph operator."""

from torch import Tensor, nn

from .rectify import rectify


class Perceptron(nn.Sequential):
    """Linear, ReLU, linear, (..., C_in) -> (..., C_out).

    Args:
        in_channels: C_in.
        hidden_channels: Width between.
        out_channels: C_out.
    """

    def __init__(
        self, in_channels: int, hidden_channels: int, out_channels: int
    ) -> None:
        super().__init__(
            nn.Linear(in_channels, hidden_channels),
            nn.ReLU(),
            nn.Linear(hidden_channels, out_channels),
        )

    def forward(self, x: Tensor) -> Tensor:
        """As the three in a row, with a ReLU that compiles better."""
        first, _, second = self
        return second(rectify(first(x)))
