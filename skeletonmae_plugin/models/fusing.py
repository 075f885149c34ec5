"""Batch norms folded into the linear maps before them, for inference."""

from typing import Any

import torch
from torch import nn

from .layers import GCNConv, GINConv, MultiScaleTemporal, SkeletonEncoder
from .layers.masked_batch_norm import MaskedBatchNorm1d


@torch.no_grad()
def fuse_batch_norms(model: nn.Module) -> int:
    r"""Fold what can be folded, in place; the model must only infer then.

    In evaluation a batch norm is a map of its own,
    :math:`\gamma (x - m) / \sqrt{v + \epsilon} + \beta`, and two linear maps
    are one. Folded are the norms after GIN and GCN and that of the reduction
    in the temporal layers; others (after attention, after a sum over joints,
    after the temporal branches) follow no linear map.

    Args:
        model: In evaluation mode. Its outputs stay the same to rounding.

    Returns:
        Number of norms folded.

    Raises:
        RuntimeError: If a norm still trains.
    """
    pairs: list[tuple[nn.Linear, Any]] = []
    for module in model.modules():
        if isinstance(module, SkeletonEncoder):
            for conv, norm in zip(module.convs, module.norms, strict=True):
                if (linear := _last_linear(conv)) is not None:
                    pairs.append((linear, norm))
        elif isinstance(module, MultiScaleTemporal):
            pairs.append((module.reduce, module.reduce_norm))
    pairs = [(linear, norm) for linear, norm in pairs if not norm.is_folded]
    for linear, norm in pairs:
        _fold(linear, norm)
    return len(pairs)


def _last_linear(conv: Any) -> nn.Linear | None:
    last: Any = None
    if isinstance(conv, GINConv):
        last = conv.mlp[-1]
    elif isinstance(conv, GCNConv):
        last = conv.linear
    return last


def _fold(linear: nn.Linear, norm: MaskedBatchNorm1d) -> None:
    stats = norm.norm
    if stats.training:
        raise RuntimeError(
            'a batch norm that trains cannot be folded: call model.eval() '
            'first, and fold for inference only'
        )
    scale = stats.weight * (stats.running_var + stats.eps).rsqrt()
    linear.weight *= scale[:, None]
    linear.bias.copy_((linear.bias - stats.running_mean) * scale + stats.bias)
    norm.norm = nn.Identity().eval()
