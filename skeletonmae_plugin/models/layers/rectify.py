"""ReLU with a gradient that reads its output."""

from typing import Any

import torch
from torch import Tensor


class _Rectify(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        y = x.relu()
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> Tensor:
        (y,) = ctx.saved_tensors
        return grad * y.sign()


def rectify(x: Tensor) -> Tensor:
    """ReLU, (...) -> (...).

    The next linear map keeps the output for its own gradient anyway. A
    compiler that is given ``relu`` stores a byte mask beside it, and on a CPU
    writing and reading that mask costs more than the products around it.
    """
    if torch.compiler.is_compiling():
        return _Rectify.apply(x)
    return x.relu()
