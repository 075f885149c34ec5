"""The sum over neighbours that GIN and GCN share."""

import torch
from torch import Tensor, nn


class JointMixing(nn.Module):
    r"""Sum of the neighbours' features, :math:`y_v = \sum_u A_{vu} x_u`.

    With ``num_heads`` = H the channels are cut into H groups and group h is
    mixed by :math:`A + B_h`, with a learnable :math:`B_h` that is zero at
    first (adaptive graphs, as in 2s-AGCN, https://arxiv.org/abs/1805.07694).

    The fixed graph is no part of the state: weights do not depend on the
    number of joints unless ``learnable`` is set.

    Args:
        adjacency: (V, V), rows receive.
        channels: Size of a joint's feature, divisible by ``num_heads``.
        num_heads: H.
        learnable: Add B.

    Shapes:
        - x: (..., V, C)
        - output: (..., V, C)
    """

    adjacency: Tensor

    def __init__(
        self, adjacency: Tensor, channels: int, num_heads: int, learnable: bool
    ) -> None:
        super().__init__()
        if num_heads > 1 and not learnable:
            raise ValueError(
                f'num_heads={num_heads} graphs would all be the same bones; '
                'set learnable_adjacency=True or num_heads=1'
            )
        if channels % num_heads:
            raise ValueError(
                f'{channels} channels cannot be cut into '
                f'num_heads={num_heads} equal groups'
            )
        adjacency = torch.as_tensor(adjacency, dtype=torch.float32)
        self.num_heads = num_heads
        self.register_buffer('adjacency', adjacency, persistent=False)
        self.learned = (
            nn.Parameter(adjacency.new_zeros(num_heads, *adjacency.shape))
            if learnable
            else None
        )

    def forward(self, x: Tensor) -> Tensor:
        """Mix joints, see the class."""
        if self.learned is None:
            return self.adjacency @ x
        graph = self.adjacency + self.learned  # (H, V, V)
        groups = x.unflatten(-1, (self.num_heads, -1))  # (..., V, H, C/H)
        return torch.einsum('hvu,...uhc->...vhc', graph, groups).flatten(-2)

    def extra_repr(self) -> str:
        """What ``print`` shows."""
        learnable = self.learned is not None
        return f'num_heads={self.num_heads}, learnable={learnable}'
