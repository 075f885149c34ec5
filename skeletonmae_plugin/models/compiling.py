"""The heavy part of a model compiled, the rest as it is."""

from typing import Any

import torch
from torch import Tensor, nn

# Inductor otherwise makes a concatenation by asking of every element whose it
# is, again in each loop that reads it.
_OPTIONS: dict[str, Any] = {'max_pointwise_cat_inputs': 0}


def compile_method(
    module: nn.Module, name: str, trains: nn.Module | None, batch_axis: int
) -> None:
    """Exchange a method of tensors for one that is compiled.

    Only arithmetic on persons that are there is compiled, neither the
    search for them nor losses and logging, at which a compiler of the whole
    step would break its graph again and again. Their number is a symbol in
    the compiled code, so that a batch of another size, as the last of an
    epoch, compiles nothing anew.

    Args:
        module: Has the method.
        name: Name of the method; its arguments are tensors or None.
        trains: The compiled form is used while this module trains: the
            evaluations between are too short to be worth a compilation of
            their own. None: always.
        batch_axis: Axis of the persons in all arguments of more than one
            axis.
    """
    plain = getattr(module, name)
    compiled = torch.compile(plain, options=_OPTIONS)

    def call(*tensors: Tensor | None) -> Any:
        if trains is not None and not trains.training:
            return plain(*tensors)
        for tensor in tensors:
            if tensor is not None:
                axis = batch_axis if tensor.ndim > 1 else 0
                torch._dynamo.maybe_mark_dynamic(tensor, axis)
        return compiled(*tensors)

    setattr(module, name, call)
