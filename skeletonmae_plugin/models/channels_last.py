"""MMAction2's graph networks with channels innermost in memory.

Convolutions in half precision are faster so, on a CPU by half and more; but
MMAction2's graph units ask for joints innermost and copy all to have them.
These take what is there. Numbers are the same to rounding, and the names of
the weights are the same; but a seed draws other ones, for random weights are
drawn in the order of memory.
"""

from functools import reduce
from typing import Any

import torch
from mmaction.models.utils.gcn_utils import unit_aagcn, unit_gcn
from torch import Tensor, nn


def channels_last(network: nn.Module) -> nn.Module:
    """Make a network of MMAction2 compute with channels innermost, in place.

    One that does already is left as it is.

    Args:
        network: STGCN, or AAGCN without attention.

    Returns:
        The network.

    Raises:
        ValueError: If there is no graph unit in it, or one with attention.
    """
    known = {**_FASTER, **{faster: faster for faster in _FASTER.values()}}
    units = [module for module in network.modules() if type(module) in known]
    if not units or any(getattr(unit, 'attention', False) for unit in units):
        raise ValueError(
            f'channels_last is for STGCN, and for AAGCN with '
            f'gcn_attention=False, got {type(network).__name__}; leave it out'
        )
    for unit in units:
        unit.__class__ = known[type(unit)]
    return network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def mix_joints(h: Tensor, graph: Tensor) -> Tensor:
    r"""Each joint becomes a weighted sum, :math:`y_w = \sum_u G_{wu} h_u`.

    Args:
        h: (N, T, U, C).
        graph: (W, U) for all clips, or (N, W, U).

    Returns:
        (N, T, W, C).
    """
    n, t, u, c = h.shape
    graph = graph.unsqueeze(-3).to(h.dtype)
    graphs = graph.expand(n, t, -1, -1).flatten(0, 1)
    # torch.matmul would make rows of the batch, and copy all to do so.
    return torch.bmm(graphs, h.reshape(n * t, u, c)).unflatten(0, (n, t))


class _UnitGCN(unit_gcn):
    r""":math:`\sum_k A_k^T x W_k`, of the subsets k of a graph."""

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, T, V) in, (N, C', T, V) out."""
        res = self.down(x) if self.with_res else 0
        graph = self.A  # (K, V, W)
        if self.adaptive == 'offset':
            graph = graph + self.PA
        elif self.adaptive == 'importance':
            graph = graph * self.PA
        joints = graph.shape[-1]
        if self.conv_pos == 'pre':
            h = _inner(self.conv(x)).unflatten(3, (len(graph), -1))
            rows = graph.permute(2, 1, 0).flatten(1)  # (W, V K)
            y = _outer(mix_joints(h.flatten(2, 3), rows))
        else:
            rows = graph.permute(2, 0, 1).flatten(0, 1)  # (W K, V)
            y = mix_joints(_inner(x), rows).unflatten(2, (joints, -1))
            y = self.conv(_outer(y.flatten(3)))
        return self.act(self.bn(y) + res)


class _UnitAAGCN(unit_aagcn):
    """The same with graphs that depend on the clip, without attention."""

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, T, V) in, (N, C', T, V) out."""
        subsets = (self._subset(x, k) for k in range(self.num_subset))
        return self.relu(self.bn(reduce(torch.add, subsets)) + self.down(x))

    def _subset(self, x: Tensor, k: int) -> Tensor:
        graph = self.A[k]  # (V, W)
        if self.adaptive:
            a, b = self.conv_a[k](x), self.conv_b[k](x)
            a, b = (_inner(h).transpose(1, 2).flatten(2) for h in (a, b))
            likeness = torch.bmm(a, b.mT) / a.shape[-1]  # (N, V, W)
            graph = graph + self.tan(likeness) * self.alpha
        return self.conv_d[k](_outer(mix_joints(_inner(x), graph.mT)))


_FASTER: dict[type, Any] = {unit_gcn: _UnitGCN, unit_aagcn: _UnitAAGCN}


def _inner(x: Tensor) -> Tensor:
    """(N, C, T, V) to (N, T, V, C)."""
    return x.permute(0, 2, 3, 1)


def _outer(x: Tensor) -> Tensor:
    """(N, T, V, C) to (N, C, T, V)."""
    return x.permute(0, 3, 1, 2)
