"""Graph isomorphism layer on the small, fixed graph of a skeleton."""

import torch
from torch import Tensor, nn

from .joint_mixing import JointMixing
from .perceptron import Perceptron
from .rows import take_rows


class GINConv(nn.Module):
    r"""Graph isomorphism operator, dense.

    From `How Powerful are Graph Neural Networks?
    <https://arxiv.org/abs/1810.00826>`_, eq. 4.1.

    .. math::
        x'_v = \mathrm{MLP}\Big((1 + \epsilon)\, x_v + \sum_u A_{vu}\, x_u\Big)

    with a learnable :math:`\epsilon` and a perceptron of two layers.

    Args:
        in_channels: Size of a joint's feature.
        out_channels: Size of the output.
        adjacency: (V, V), no self-loops.
        hidden_channels: Width of the perceptron. Default: ``in_channels``.
        num_heads: Groups of channels that have a graph of their own; more
            than one needs ``learnable_adjacency``.
        learnable_adjacency: Add a learnable matrix, zero at first, to the
            graph of each head.

    Shapes:
        - x: (V, ..., C_in), 0 where not valid; valid: (V, ...) bool or None
        - output: (V, ..., C_out), or (K, C_out) of ``rows`` alone, (K,) long
          positions in the flattened (V, ...)
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        adjacency: Tensor,
        hidden_channels: int | None = None,
        num_heads: int = 1,
        learnable_adjacency: bool = False,
    ) -> None:
        super().__init__()
        self.mix = JointMixing(
            adjacency, in_channels, num_heads, learnable_adjacency
        )
        self.eps = nn.Parameter(torch.zeros(()))
        self.mlp = Perceptron(
            in_channels, hidden_channels or in_channels, out_channels
        )

    def forward(
        self,
        x: Tensor,
        valid: Tensor | None = None,
        rows: Tensor | None = None,
    ) -> Tensor:
        """Update every joint; one that is not valid, 0, sends no message."""
        return self.mlp(take_rows(self.mix(x, 1 + self.eps), rows))
