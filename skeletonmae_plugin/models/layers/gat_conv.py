"""Graph attention on the small, fixed graph of a skeleton."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .rows import take_rows


class GATConv(nn.Module):
    r"""Graph attention, dense.

    From `Graph Attention Networks <https://arxiv.org/abs/1710.10903>`_,
    eq. 1-5.

    .. math::
        \alpha_{vu} = \mathrm{softmax}_{u \in N(v) \cup v}\,
        \mathrm{LeakyReLU}(a_1^T W x_v + a_2^T W x_u), \quad
        x'_v = \Vert_h \sum_u \alpha^h_{vu} W^h x_u + b

    Args:
        in_channels: Size of a joint's feature.
        out_channels: Size of the output, all heads together.
        adjacency: (V, V), no self-loops (they are added here).
        num_heads: Attention heads; they divide ``out_channels``.
        negative_slope: Of the leaky ReLU.

    Shapes:
        - x: (V, ..., C_in); valid: (V, ...) bool or None
        - output: (V, ..., C_out), or as in :class:`GINConv` of ``rows``
    """

    edges: Tensor

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        adjacency: Tensor,
        num_heads: int = 1,
        negative_slope: float = 0.2,
    ) -> None:
        super().__init__()
        if out_channels % num_heads:
            raise ValueError(
                f'{out_channels} channels cannot be cut into '
                f'num_heads={num_heads} equal groups'
            )
        self.num_heads = num_heads
        self.negative_slope = negative_slope
        adjacency = torch.as_tensor(adjacency)
        self.register_buffer(
            'edges',
            (adjacency != 0) | torch.eye(len(adjacency), dtype=torch.bool),
            persistent=False,
        )
        head_channels = out_channels // num_heads
        self.linear = nn.Linear(in_channels, out_channels, bias=False)
        self.receive = nn.Parameter(torch.empty(num_heads, head_channels))
        self.send = nn.Parameter(torch.empty(num_heads, head_channels))
        self.bias = nn.Parameter(torch.zeros(out_channels))
        for weight in (self.linear.weight, self.receive, self.send):
            nn.init.xavier_uniform_(weight)

    def forward(
        self,
        x: Tensor,
        valid: Tensor | None = None,
        rows: Tensor | None = None,
    ) -> Tensor:
        """Update every joint; one that is not valid gets no attention."""
        h = self.linear(x).unflatten(-1, (self.num_heads, -1))
        receive = (h * self.receive).sum(-1)  # (V, ..., H)
        send = (h * self.send).sum(-1)
        logits = F.leaky_relu(
            receive.unsqueeze(1) + send.unsqueeze(0), self.negative_slope
        )  # (V, U, ..., H): u sends to v
        edges = self.edges.view(*self.edges.shape, *(1,) * (logits.ndim - 2))
        if valid is not None:
            edges = edges & valid.unsqueeze(-1)  # (V, U, ..., 1)
        # A finite floor: a joint all of whose neighbours are unseen would
        # make softmax of -inf alone, which is NaN.
        logits = logits.masked_fill(~edges, torch.finfo(logits.dtype).min)
        attention = logits.softmax(1) * edges
        out = torch.einsum('vu...h,u...hc->v...hc', attention, h)
        return take_rows(out.flatten(-2) + self.bias, rows)

    def extra_repr(self) -> str:
        """What ``print`` shows."""
        return f'num_heads={self.num_heads}'
