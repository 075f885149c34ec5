"""A linear map whose bias joins what follows."""

import torch
from torch import Tensor, nn


def bias_last(linear: nn.Linear, x: Tensor) -> Tensor:
    """``linear(x)``, (..., C_in) -> (..., C_out).

    With ReLU or a norm next, a compiler adds the bias in their loop. Left as
    one operation it fills the output with the bias before the product adds
    to it, which on a CPU takes as long as the product.
    """
    if not torch.compiler.is_compiling():
        return linear(x)
    product = x.flatten(0, -2) @ linear.weight.t().to(x.dtype)
    return product.view(*x.shape[:-1], -1) + linear.bias.to(product.dtype)
