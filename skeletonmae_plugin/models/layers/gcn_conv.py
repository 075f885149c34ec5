"""Graph convolution on the small, fixed graph of a skeleton."""

import torch
from torch import Tensor, nn

from .joint_mixing import JointMixing
from .rows import take_rows


class GCNConv(nn.Module):
    r"""Graph convolution, dense.

    From `Semi-supervised Classification with Graph Convolutional Networks
    <https://arxiv.org/abs/1609.02907>`_, eq. 2.

    .. math::
        X' = \hat{D}^{-1/2} (A + I) \hat{D}^{-1/2} X W + b

    Args:
        in_channels: Size of a joint's feature.
        out_channels: Size of the output.
        adjacency: (V, V), no self-loops (they are added here).
        num_heads: As in :class:`GINConv`.
        learnable_adjacency: As in :class:`GINConv`.

    Shapes:
        - x: (V, ..., C_in), 0 where not valid; valid: (V, ...) bool or None
        - output: (V, ..., C_out), or as in :class:`GINConv` of ``rows``
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        adjacency: Tensor,
        num_heads: int = 1,
        learnable_adjacency: bool = False,
    ) -> None:
        super().__init__()
        self.mix = JointMixing(
            _normalized(adjacency), in_channels, num_heads, learnable_adjacency
        )
        self.linear = nn.Linear(in_channels, out_channels)

    def forward(
        self,
        x: Tensor,
        valid: Tensor | None = None,
        rows: Tensor | None = None,
    ) -> Tensor:
        """Update every joint; one that is not valid, 0, sends no message."""
        return self.linear(take_rows(self.mix(x), rows))


def _normalized(adjacency: Tensor) -> Tensor:
    adjacency = torch.as_tensor(adjacency, dtype=torch.float32)
    looped = adjacency + torch.eye(len(adjacency))
    scale = looped.sum(1).rsqrt()
    return scale[:, None] * looped * scale
