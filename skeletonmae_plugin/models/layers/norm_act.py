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
        slope: Of what is below 0, at least 0. A parameter where it is
            learned.
        residual: (..., C), added before the activation.

    Returns:
        (..., C) of x's dtype, 0 where not valid.

    Raises:
        ValueError: If a slope is below 0, or learned beside a residual.
    """
    learned = None
    if isinstance(slope, Tensor):
        learned, slope = slope, 1.0
        if residual is not None:
            raise ValueError('a slope is learned without a residual only')
    elif slope < 0:
        raise ValueError(
            f'a slope is at least 0, got {slope}: the gradient reads the '
            'sign of what was activated from the output'
        )
    y, mean, var, count = _NormAct.apply(
        x,
        norm.weight,
        norm.bias,
        learned,
        residual,
        valid,
        norm.running_mean,
        norm.running_var,
        norm.eps,
        slope,
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

    and the gradient, with :math:`\hat x = r (x - m)`:

    .. math::
        dz = w g\, (1 \text{ or } a), \quad
        d\beta = \sum dz, \quad d\gamma = \sum dz\, \hat x, \quad
        dx = \gamma r \big(dz - \tfrac wn (d\beta + \hat x\, d\gamma)\big)

    Writing it out is what lets a compiler make two loops of the gradient: left
    to itself it stores a mask of bytes for the activation, and the norm's
    gradient is five sums over arrays of their own.
    """

    @staticmethod
    def forward(
        ctx: Any,
        x: Tensor,
        gamma: Tensor,
        beta: Tensor,
        learned: Tensor | None,
        residual: Tensor | None,
        valid: Tensor | None,
        running_mean: Tensor,
        running_var: Tensor,
        eps: float,
        slope: float,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        wide = x.to(_wide(x))
        weight = None if valid is None else valid.unsqueeze(-1).to(wide.dtype)
        if weight is None:
            count = wide.new_full((), wide.numel() // wide.shape[-1])
        else:
            count = weight.sum()
        least = count.clamp(min=1)
        mean = _total(_times(wide, weight)) / least
        var = _total(_times((wide - mean).square(), weight)) / least
        enough = count > 1
        mean = torch.where(enough, mean, running_mean.to(mean.dtype))
        var = torch.where(enough, var, running_var.to(var.dtype))
        rstd = (var + eps).rsqrt()
        scale = gamma * rstd
        shift = beta - mean * scale
        z = _affine(wide, scale, shift, residual)
        if learned is not None:
            z = torch.where(z > 0, z, z * learned)
        elif slope != 1:
            z = z.relu() if slope == 0 else torch.where(z > 0, z, z * slope)
        y = _times(z, weight).to(x.dtype)
        # A slope that is not learned leaves the sign of z to y.
        read = None if learned is not None or slope == 1 else y
        ctx.save_for_backward(
            x, scale, shift, learned, read, valid, mean, rstd, count
        )
        ctx.slope = slope
        ctx.residual_dtype = None if residual is None else residual.dtype
        ctx.mark_non_differentiable(mean, var, count)
        return y, mean, var, count

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor, *_: Any) -> tuple:
        saved = ctx.saved_tensors
        x, scale, shift, learned, y, valid, mean, rstd, count = saved
        wide = x.to(_wide(x))
        weight = None if valid is None else valid.unsqueeze(-1).to(wide.dtype)
        dz, d_slope = _times(grad.to(wide.dtype), weight), None
        if learned is not None:
            z = _affine(wide, scale, shift, None)
            below = torch.where(z > 0, torch.zeros_like(z), dz * z)
            d_slope = _total(below).sum().to(learned.dtype).view_as(learned)
            dz = torch.where(z > 0, dz, dz * learned)
        elif y is not None:
            # A comparison here would be stored as a mask by the compiler.
            above = y.sign().clamp(min=0).to(dz.dtype)
            dz = dz * (ctx.slope + (1 - ctx.slope) * above)
        d_beta = _total(dz)
        d_gamma = (_total(dz * wide) - mean * d_beta) * rstd
        # dx = scale (dz - w / n (d_beta + x_hat d_gamma)), in terms of x.
        pull = scale * (count > 1) / count.clamp(min=1)
        by_x = -pull * rstd * d_gamma
        const = -pull * d_beta - mean * by_x
        dx = dz * scale + _times(wide * by_x + const, weight)
        d_residual = None
        if ctx.residual_dtype is not None:
            d_residual = dz.to(ctx.residual_dtype)
        return (
            dx.to(x.dtype),
            d_gamma,
            d_beta,
            d_slope,
            d_residual,
            *(None,) * 5,
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


def _total(x: Tensor) -> Tensor:
    """(..., C) -> (C,), the first axis last.

    A compiler sums a few channels at a time, each time over all rows. Of one
    joint they stay in the cache until the last channels have been summed.
    """
    return x.flatten(1, -2).sum(1).sum(0) if x.ndim > 2 else x.sum(0)
