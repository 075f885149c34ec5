"""The bias after the product is the same linear map."""

import pytest
import torch
import torch._dynamo

from skeletonmae_plugin.models.layers.bias_last import bias_last


@pytest.mark.parametrize('compiled', [False, True])
def test_equals_the_linear_map_with_all_gradients(compiled):
    linear = torch.nn.Linear(4, 3)
    x = torch.randn(2, 5, 4, requires_grad=True)
    leaves = [x, linear.weight, linear.bias]
    function = bias_last
    if compiled:
        torch._dynamo.reset()
        function = torch.compile(bias_last, backend='eager', fullgraph=True)
    with torch._dynamo.config.patch(disable=False):
        y = function(linear, x)
    grad = torch.randn_like(y)
    got = torch.autograd.grad(y, leaves, grad)
    expected = linear(x)
    torch.testing.assert_close(y, expected)
    want = torch.autograd.grad(expected, leaves, grad)
    torch.testing.assert_close(got, want)
