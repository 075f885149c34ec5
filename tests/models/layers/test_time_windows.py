"""Convolution and maximum in time against torch's own, with gradients."""

import pytest
import torch
import torch.nn.functional as F

from skeletonmae_plugin.models.layers.time_windows import (
    time_conv,
    time_max,
    time_windows,
)

SIZES = [(1, 1), (2, 1), (5, 1), (12, 1), (5, 2), (12, 2), (9, 3)]


def as_images(x):
    """(V, B, T, C) -> (V * B, C, T)."""
    return x.flatten(0, 1).transpose(1, 2)


def compare(ours, reference, *inputs):
    inputs = [i.double().requires_grad_() for i in inputs]
    y, expected = ours(*inputs), reference(*inputs)
    torch.testing.assert_close(as_images(y), expected)
    grad = torch.randn_like(y)
    got = torch.autograd.grad(y, inputs, grad)
    want = torch.autograd.grad(expected, inputs, as_images(grad))
    torch.testing.assert_close(got, want)


@pytest.mark.parametrize('frames, stride', SIZES)
@pytest.mark.parametrize('dilation', [1, 2, 3])
@pytest.mark.parametrize('taps', [1, 3, 5])
def test_convolution_equals_conv1d(frames, stride, dilation, taps):
    def reference(x, weight, bias):
        kernel = weight.view(len(weight), taps, -1).transpose(1, 2)
        return F.conv1d(
            as_images(x),
            kernel,
            bias,
            stride=stride,
            padding=taps // 2 * dilation,
            dilation=dilation,
        )

    compare(
        lambda x, w, b: time_conv(x, w, b, dilation, stride),
        reference,
        torch.randn(3, 2, frames, 4),
        torch.randn(5, taps * 4),
        torch.randn(5),
    )


@pytest.mark.parametrize('frames, stride', SIZES)
def test_maximum_equals_max_pooling(frames, stride):
    compare(
        lambda x: time_max(x, stride),
        lambda x: F.max_pool1d(as_images(x), 3, stride, 1),
        torch.rand(3, 2, frames, 4),
    )


def test_of_equals_one_gets_the_gradient():
    x = torch.ones(1, 1, 6, 1, requires_grad=True)
    y = time_max(x)
    y.sum().backward()
    # Six windows, six shares: none is lost or given twice, but that of the
    # first and last window, whose zeros lose.
    assert x.grad.sum() == 6
    assert x.grad.flatten().tolist() == [2, 1, 1, 1, 1, 0]


def test_windows_are_zero_beyond_the_ends():
    x = torch.arange(1.0, 5).view(1, 1, 4, 1)
    past, now, future = (w.flatten() for w in time_windows(x, 3, 2))
    assert past.tolist() == [0, 0, 1, 2]
    assert now.tolist() == [1, 2, 3, 4]
    assert future.tolist() == [3, 4, 0, 0]


def test_half_precision_gradients_are_those_of_the_inputs():
    x = torch.randn(3, 2, 6, 4, dtype=torch.bfloat16, requires_grad=True)
    weight = torch.randn(5, 12, requires_grad=True)
    bias = torch.randn(5, requires_grad=True)
    with torch.autocast('cpu', torch.bfloat16):
        y = time_conv(x, weight, bias)
    y.sum().backward()
    assert y.dtype == x.grad.dtype == torch.bfloat16
    assert weight.grad.dtype == bias.grad.dtype == torch.float32
