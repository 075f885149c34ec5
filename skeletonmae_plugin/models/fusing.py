"""Batch norms folded into the linear maps before them, for inference."""

from typing import Any

import torch
from torch import Tensor, nn

from .layers import (
    GCNConv,
    GINConv,
    JointMLP,
    MultiScaleTemporal,
    SkeletonEncoder,
)


class FoldedNorm:
    r"""One batch norm that its linear map does the work of.

    In evaluation a batch norm is a map of its own,
    :math:`\gamma (x - m) / \sqrt{v + \epsilon} + \beta`, and two linear
    maps are one.

    Args:
        linear: The map.
        masked_norm: Holds the norm, in evaluation mode.

    Raises:
        RuntimeError: If the norm still trains.
    """

    @torch.no_grad()
    def __init__(self, linear: nn.Linear, masked_norm: Any) -> None:
        norm = masked_norm.norm
        if norm.training:
            raise RuntimeError(
                'a batch norm that trains cannot be folded: call model.eval() '
                'first, and fold for inference only'
            )
        self.linear, self.masked_norm, self.norm = linear, masked_norm, norm
        self.plain: list[Tensor] = [
            linear.weight.clone(),
            linear.bias.clone(),
        ]
        scale = norm.weight * (norm.running_var + norm.eps).rsqrt()
        linear.weight *= scale[:, None]
        linear.bias.copy_(
            (linear.bias - norm.running_mean) * scale + norm.bias
        )
        masked_norm.norm = nn.Identity().eval()

    @torch.no_grad()
    def unfold(self) -> None:
        """Give the norm its work back."""
        self.linear.weight.copy_(self.plain[0])
        self.linear.bias.copy_(self.plain[1])
        self.masked_norm.norm = self.norm


def fuse_batch_norms(model: nn.Module) -> list[FoldedNorm]:
    """Fold what can be folded, in place.

    Until all is unfolded the model can only infer: it has lost parameters.
    Folded are the norms after GIN, GCN and the MLP and that of the reduction
    in the temporal layers; others (after attention, after a sum over joints,
    after the temporal branches) follow no linear map.

    Args:
        model: In evaluation mode. Its outputs stay the same to rounding.

    Returns:
        The folded norms, each with ``unfold()``.

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
    return [
        FoldedNorm(linear, norm)
        for linear, norm in pairs
        if not norm.is_folded
    ]


def _last_linear(conv: Any) -> nn.Linear | None:
    last: Any = None
    if isinstance(conv, (GINConv, JointMLP)):
        last = conv.mlp[-1]
    elif isinstance(conv, GCNConv):
        last = conv.linear
    return last
