"""The sum over neighbours that GIN and GCN share."""

from typing import Any

import torch
from torch import Tensor, nn


class JointMixing(nn.Module):
    r"""Sum of the neighbours' features, :math:`y_v = \sum_u A_{vu} x_u`.

    With ``num_heads`` = H the channels are cut into H groups and group h is
    mixed by :math:`A + B_h`, with a learnable :math:`B_h` that is zero at
    first (adaptive graphs, as in 2s-AGCN, https://arxiv.org/abs/1805.07694).

    Joints are the first axis, so that one product (V, V) x (V, everything
    else) does the sum for all clips and frames.

    The fixed graph is no part of the state: weights do not depend on the
    number of joints unless ``learnable`` is set.

    Args:
        adjacency: (V, V), rows receive.
        channels: Size of a joint's feature, divisible by ``num_heads``.
        num_heads: H.
        learnable: Add B.

    Shapes:
        - x: (V, ..., C)
        - output: (V, ..., C)
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

    def forward(self, x: Tensor, self_weight: Tensor | None = None) -> Tensor:
        """Mix joints, see the class.

        Args:
            x: (V, ..., C).
            self_weight: Scalar weight of a joint's own feature in its sum.
        """
        if self.learned is None:
            if self_weight is None:
                return _mix(self.adjacency, x)
            return _MixWithSelf.apply(x, self_weight, self.adjacency)
        graph = self.adjacency + self.learned  # (H, V, V)
        if self_weight is not None:
            graph = _add_to_diagonal(graph, self_weight)
        # A product a head, not one of all: their order of axes, heads first,
        # would have to be undone number by number.
        groups = x.chunk(self.num_heads, -1)  # H times (V, ..., C/H)
        heads = zip(graph, groups, strict=True)
        return torch.cat([_mix(one, group) for one, group in heads], -1)

    def extra_repr(self) -> str:
        """What ``print`` shows."""
        learnable = self.learned is not None
        return f'num_heads={self.num_heads}, learnable={learnable}'


class _MixWithSelf(torch.autograd.Function):
    r""":math:`y = (A + s I)\, x` in one product.

    Of the graph's gradient only that of s is wanted, :math:`\sum g x`: a
    reading of both instead of a (V, V) product over everything else.
    """

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, self_weight: Tensor, adjacency: Tensor
    ) -> Tensor:
        graph = _add_to_diagonal(adjacency, self_weight)
        ctx.save_for_backward(x, self_weight, adjacency)
        return _mix(graph, x)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, Tensor, None]:
        x, self_weight, adjacency = ctx.saved_tensors
        graph = _add_to_diagonal(adjacency, self_weight)
        wide = torch.promote_types(x.dtype, torch.float32)
        # In float16 a product overflows long before its factors do.
        narrow = grad.dtype == torch.float16
        own = ((grad.to(wide) if narrow else grad) * x).sum(dtype=wide)
        own = own.to(self_weight.dtype).view_as(self_weight)
        return _mix(graph.t(), grad), own, None


def _add_to_diagonal(graph: Tensor, weight: Tensor) -> Tensor:
    """(..., V, V) + weight I."""
    eye = torch.eye(graph.shape[-1], device=graph.device, dtype=graph.dtype)
    return graph + weight * eye


def _mix(graph: Tensor, x: Tensor) -> Tensor:
    """(V, V) x (V, ...) -> (V, ...), in x's dtype."""
    return (graph.to(x.dtype) @ x.flatten(1)).view_as(x)
