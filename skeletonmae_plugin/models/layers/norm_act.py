"""Batch norm, residual and activation as one function with its gradient."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable


def norm_act(
    x: Tensor,
    norm: nn.BatchNorm1d,
    valid: Tensor | None,
    slope: float | Tensor,
    residual: Tensor | None,
) -> Tensor:
    """Normalise by the batch's own statistics, add, activate.

    The norm's running statistics follow, unless there are less than two
    positions to take a spread from: then they are used in its place.

    Args:
        x: (..., C).
        norm: Gives weight, bias, eps, momentum and the running statistics.
        valid: (...) bool; None: all positions count.
        slope: Of what is below 0. A parameter where it is learned.
        residual: (..., C), added before the activation.

    Returns:
        (..., C) of x's dtype, 0 where not valid.
    """
    if not isinstance(slope, Tensor):
        if slope < 0 and residual is not None:
            raise ValueError(
                f'a slope beside a residual is at least 0, got {slope}: the '
                'gradient reads the sign of the sum from the output'
            )
        slope = x.new_tensor(slope, dtype=_wide(x))
    elif slope.requires_grad and residual is not None:
        raise ValueError('a slope is learned without a residual only')
    y, mean, var, count = _NormAct.apply(
        x,
        norm.weight,
        norm.bias,
        slope,
        residual,
        valid,
        norm.running_mean,
        norm.running_var,
        norm.eps,
    )
    _follow(norm, mean, var, count)
    return y


@torch.no_grad()
def _follow(
    norm: nn.BatchNorm1d, mean: Tensor, var: Tensor, count: Tensor
) -> None:
    """Move the running statistics, if there was a spread to see.

    As in torch, the running variance is the unbiased one.
    """
    seen = (norm.running_mean, norm.running_var, norm.num_batches_tracked)
    assert seen[0] is not None and seen[1] is not None and seen[2] is not None
    assert norm.momentum is not None
    enough = count > 1
    pace = enough * norm.momentum
    var = var * (count / (count - 1).clamp(min=1))
    seen[0].lerp_(mean.to(seen[0].dtype), pace.to(seen[0].dtype))
    seen[1].lerp_(var.to(seen[1].dtype), pace.to(seen[1].dtype))
    seen[2].add_(enough)


class _NormAct(torch.autograd.Function):
    r"""The function and its gradient, each in two passes over the data.

    With weights w (1 where valid, else 0), :math:`n = \sum w`:

    .. math::
        m = \tfrac1n \sum w x, \quad v = \tfrac1n \sum w (x - m)^2, \quad
        r = (v + \epsilon)^{-1/2}, \quad
        z = \gamma r (x - m) + \beta + \text{residual}, \quad
        y = w \max(z, 0) + w a \min(z, 0)

    Writing it out is what lets a compiler make two loops of the gradient: left
    to itself it stores a mask of bytes for the activation, and the norm's
    gradient is five sums over arrays of their own. All sums that are needed
    follow from those of g, g x, and of both where z is below 0.
    """

    @staticmethod
    def forward(
        ctx: Any,
        x: Tensor,
        gamma: Tensor,
        beta: Tensor,
        slope: Tensor,
        residual: Tensor | None,
        valid: Tensor | None,
        running_mean: Tensor,
        running_var: Tensor,
        eps: float,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        axes = tuple(range(x.ndim - 1))
        wide = x.to(_wide(x))
        weight = None if valid is None else valid.unsqueeze(-1).to(wide.dtype)
        if weight is None:
            count = wide.new_full((), wide.numel() // wide.shape[-1])
        else:
            count = weight.sum()
        least = count.clamp(min=1)
        mean = _times(wide, weight).sum(axes) / least
        var = _times((wide - mean).square(), weight).sum(axes) / least
        enough = count > 1
        mean = torch.where(enough, mean, running_mean.to(mean.dtype))
        var = torch.where(enough, var, running_var.to(var.dtype))
        rstd = (var + eps).rsqrt()
        scale = gamma * rstd
        shift = beta - mean * scale
        z = _affine(wide, scale, shift, residual)
        y = _times(torch.where(z > 0, z, z * slope), weight).to(x.dtype)
        # With a residual the sign of z is read from y, which has the same.
        ctx.save_for_backward(
            x,
            scale,
            shift,
            slope,
            None if residual is None else y,
            valid,
            mean,
            rstd,
            count,
        )
        ctx.residual_dtype = None if residual is None else residual.dtype
        ctx.mark_non_differentiable(mean, var, count)
        return y, mean, var, count

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor, *_: Any) -> tuple:
        x, scale, shift, slope, y, valid, mean, rstd, count = ctx.saved_tensors
        axes = tuple(range(x.ndim - 1))
        wide = x.to(_wide(x))
        weight = None if valid is None else valid.unsqueeze(-1).to(wide.dtype)
        g = _times(grad.to(wide.dtype), weight)
        if y is None:
            z = _affine(wide, scale, shift, None)
            below = torch.where(z > 0, torch.zeros_like(g), g)
        else:
            # A comparison here would be stored as a mask by the compiler.
            below = g - g * y.sign().clamp(min=0).to(g.dtype)
        below_sum, below_x = below.sum(axes), (below * wide).sum(axes)
        rest = 1 - slope  # what the activation takes away below 0
        d_beta = g.sum(axes) - rest * below_sum
        d_gamma = (
            (g * wide).sum(axes) - rest * below_x - mean * d_beta
        ) * rstd
        d_slope = (scale * below_x + shift * below_sum).sum()
        # dx = scale (dz - w / n (d_beta + x_hat d_gamma)), in terms of x.
        pull = scale * (count > 1) / count.clamp(min=1)
        by_x = -pull * rstd * d_gamma
        const = -pull * d_beta - mean * by_x
        dz = g - rest * below
        dx = dz * scale + _times(wide * by_x + const, weight)
        d_residual = None if y is None else dz.to(ctx.residual_dtype)
        return (
            dx.to(x.dtype),
            d_gamma,
            d_beta,
            d_slope.to(slope.dtype).view_as(slope),
            d_residual,
            *(None,) * 4,
        )


def _affine(
    x: Tensor, scale: Tensor, shift: Tensor, residual: Tensor | None
) -> Tensor:
    z = x * scale + shift
    return z if residual is None else z + residual


def _times(x: Tensor, weight: Tensor | None) -> Tensor:
    return x if weight is None else x * weight


def _wide(x: Tensor) -> torch.dtype:
    """Sums and statistics are in float32 at least."""
    return torch.promote_types(x.dtype, torch.float32)
