"""Convolution and maximum along the time axis, (V, B, T, C).

Their gradients gather: what a frame hands back is summed up from the frames
it was seen by. Left to autograd it is scattered into padded copies instead,
which a compiler turns into masks that are evaluated for every element.
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd.function import once_differentiable


def time_windows(
    x: Tensor, kernel_size: int, dilation: int = 1, stride: int = 1
) -> list[Tensor]:
    """The frames that each output frame sees, zero beyond the ends.

    Args:
        x: (V, B, T, C).
        kernel_size: Number of frames, odd; the middle one is the frame itself.
        dilation: Frames from one to the next.
        stride: Every how many frames there is an output.

    Returns:
        ``kernel_size`` tensors (V, B, ceil(T / stride), C), the past first.
    """
    reach = kernel_size // 2 * dilation
    # Not F.pad, which a compiler makes a mask that is looked up per element.
    ends = x.new_zeros(*x.shape[:2], reach, x.shape[3])
    padded = torch.cat((ends, x, ends), 2)
    num_frames = x.shape[2]
    return [
        padded[:, :, start : start + num_frames : stride]
        for start in range(0, 2 * reach + 1, dilation)
    ]


def time_conv(
    x: Tensor,
    weight: Tensor,
    bias: Tensor,
    dilation: int = 1,
    stride: int = 1,
) -> Tensor:
    r"""Convolution in time, :math:`y_t = b + \sum_k W_k x_{st + (k - r) d}`.

    Args:
        x: (V, B, T, C).
        weight: (C_out, kernel_size * C), the taps side by side.
        bias: (C_out,).
        dilation: d.
        stride: s.

    Returns:
        (V, B, ceil(T / s), C_out).
    """
    return _TimeConv.apply(x, weight, bias, dilation, stride)


class _TimeConv(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        x: Tensor,
        weight: Tensor,
        bias: Tensor,
        dilation: int,
        stride: int,
    ) -> Tensor:
        size = weight.shape[1] // x.shape[-1]
        seen = torch.cat(time_windows(x, size, dilation, stride), -1)
        ctx.save_for_backward(seen, weight)
        ctx.steps = (size, dilation, stride, x.shape[2])
        return F.linear(seen, weight, bias)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple:
        seen, weight = ctx.saved_tensors
        size, dilation, stride, num_frames = ctx.steps
        rows = grad.flatten(0, 2)
        d_weight = rows.t() @ seen.flatten(0, 2).to(rows.dtype)
        d_bias = rows.sum(0, dtype=weight.dtype)
        # The same convolution with its taps turned about, of the gradient.
        taps = weight.view(len(weight), size, -1).flip(1)
        turned = taps.permute(1, 0, 2).flatten(0, 1).to(grad.dtype)
        grad = _every_frame(grad, stride, num_frames)
        d_x = torch.cat(time_windows(grad, size, dilation), -1) @ turned
        return (
            d_x.to(seen.dtype),
            d_weight.to(weight.dtype),
            d_bias,
            None,
            None,
        )


def time_max(x: Tensor, stride: int = 1) -> Tensor:
    """Maximum over a frame and its two neighbours in time.

    Args:
        x: (V, B, T, C), nothing below 0, so that the zeros beyond the ends
            never win.
        stride: Every how many frames there is an output.

    Returns:
        (V, B, ceil(T / stride), C).
    """
    return _TimeMax.apply(x, stride)


class _TimeMax(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, stride: int) -> Tensor:
        ctx.save_for_backward(x)
        ctx.stride = stride
        past, now, future = time_windows(x, 3, stride=stride)
        return torch.maximum(torch.maximum(past, now), future)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple:
        (x,) = ctx.saved_tensors
        grad = _every_frame(grad, ctx.stride, x.shape[2])
        before, at, after = time_windows(grad, 3)  # the windows it was in
        past2, past, now, future, future2 = time_windows(x, 5)
        zero = grad.new_zeros(())
        # Of equals the first one wins.
        as_last = (now > past2) & (now > past)
        as_middle = (now > past) & (now >= future)
        as_first = (now >= future) & (now >= future2)
        d_x = (
            torch.where(as_last, before, zero)
            + torch.where(as_middle, at, zero)
            + torch.where(as_first, after, zero)
        )
        return d_x, None


def _every_frame(grad: Tensor, stride: int, num_frames: int) -> Tensor:
    """The gradient of outputs at every frame, 0 where there is no output."""
    if stride == 1:
        return grad
    spread = grad.new_zeros(*grad.shape[:2], num_frames, grad.shape[-1])
    spread[:, :, ::stride] = grad
    return spread
