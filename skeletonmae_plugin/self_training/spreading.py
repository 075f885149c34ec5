"""Labels that spread from few clips to those like them."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

#: Similarities that are in memory at a time, 64 MiB.
_BLOCK = 2**24
#: Part of the start that is left when the spreading ends.
_TOLERANCE = 1e-5


def spread_labels(
    values: np.ndarray,
    labels: np.ndarray,
    num_classes: int,
    neighbours: int = 10,
    temperature: float = 0.1,
    alpha: float = 0.9,
) -> np.ndarray:
    r"""Class probabilities of all clips from the labels of some.

    `Learning with Local and Global Consistency
    <https://papers.nips.cc/paper/2506-learning-with-local-and-global-consistency>`_
    (section 2 there) on the graph of the nearest neighbours:

    .. math::
        F(t + 1) = \alpha S F(t) + (1 - \alpha) Y, \qquad
        S = D^{-1/2} W D^{-1/2}

    where :math:`W_{ij} = \exp((\cos(z_i, z_j) - 1) / \tau)` if one of the
    clips i and j is a neighbour of the other and 0 otherwise, D has the sums
    of its rows, Y has a 1 for each label, and z are standardised features.
    It ends near its limit :math:`(1 - \alpha) (I - \alpha S)^{-1} Y`.

    Args:
        values: (n, D) features.
        labels: (n,) classes, negative where there is none.
        num_classes: K.
        neighbours: Of each clip.
        temperature: :math:`\tau`, above 0.
        alpha: :math:`\alpha` in (0, 1): how far a label spreads.

    Returns:
        (n, K), F with rows that add up to 1. The rows of labelled clips are
        their labels; those of clips that no label reaches are 0.

    Raises:
        ValueError: If there is no label, or one of no class, or if features
            are not finite.
    """
    if not 0 < alpha < 1 or temperature <= 0 or neighbours < 1:
        raise ValueError(
            'expected alpha in (0, 1), temperature above 0 and neighbours of '
            f'at least 1, got {alpha}, {temperature} and {neighbours}'
        )
    z, known = torch.from_numpy(values), labels >= 0
    if not known.any():
        raise ValueError('expected labelled clips to spread from, got none')
    if labels.max() >= num_classes:
        raise ValueError(
            f'expected labels below the {num_classes} classes, got '
            f'{labels.max()}; set num_classes to that of the data'
        )
    if not torch.isfinite(z).all():
        raise ValueError(
            'expected finite features, got NaN or infinity; the model has '
            'diverged: take an earlier checkpoint'
        )
    start = torch.zeros(len(z), num_classes, dtype=torch.float64)
    start[known, torch.from_numpy(labels[known])] = 1
    graph = _normalized_graph(_standardised(z), neighbours, temperature)
    found = start
    for _ in range(math.ceil(math.log(_TOLERANCE) / math.log(alpha))):
        found = alpha * (graph @ found) + (1 - alpha) * start
    total = found.sum(1, keepdim=True)
    found = torch.where(total > 0, found / total, 0.0)
    found[known] = start[known]
    return found.numpy()


def _standardised(z: Tensor) -> Tensor:
    """Of unit length, each feature counting alike."""
    std = z.std(0, correction=0)
    z = (z - z.mean(0)) / torch.where(std > 0, std, 1.0)
    return F.normalize(z, dim=-1)


def _normalized_graph(z: Tensor, neighbours: int, tau: float) -> Tensor:
    """S above, (n, n) sparse, from features of unit length."""
    n = len(z)
    neighbours = min(neighbours, n - 1)
    rows, columns, weights = [], [], []
    for block in torch.arange(n).split(max(1, _BLOCK // n)):
        cosine = z[block] @ z.T
        cosine[torch.arange(len(block)), block] = -torch.inf  # not itself
        top = cosine.topk(neighbours)
        rows.append(block[:, None].expand_as(top.indices).flatten())
        columns.append(top.indices.flatten())
        weights.append(((top.values.double() - 1) / tau).exp().flatten())
    index = torch.stack([torch.cat(rows), torch.cat(columns)])
    weight = torch.cat(weights)
    # Both ways; neighbours of each other have one edge and not two.
    both = torch.cat([index, index.flip(0)], 1)
    code, first = (both[0] * n + both[1]).unique(return_inverse=True)
    edge = torch.empty(len(code), dtype=weight.dtype)
    edge[first] = weight.repeat(2)
    index = torch.stack([code // n, code % n])
    degree = torch.zeros(n, dtype=edge.dtype).index_add(0, index[0], edge)
    root = degree.clamp(min=torch.finfo(edge.dtype).tiny).rsqrt()
    edge = edge * root[index[0]] * root[index[1]]
    return torch.sparse_coo_tensor(
        index, edge, (n, n), check_invariants=False, is_coalesced=True
    )
