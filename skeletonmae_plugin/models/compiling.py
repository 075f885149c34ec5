"""The heavy part of a model compiled, the rest as it is."""

from typing import Any

import torch
from torch import Tensor, nn

#: For a CPU. Inductor otherwise makes a concatenation by asking of every
#: element whose it is, again in each loop that reads it.
COMPILE_OPTIONS: dict[str, Any] = {'max_pointwise_cat_inputs': 0}


class Compilable(nn.Module):
    """A module whose arithmetic, ``compute``, can be compiled in place.

    Only arithmetic on persons that are there is compiled, neither the
    search for them nor losses and logging, at which a compiler of the whole
    step would break its graph again and again. Their number is a symbol in
    the compiled code, so that a batch of another size, as the last of an
    epoch, compiles nothing anew.

    A copy of the module, or what is saved of it, is not compiled.
    """

    #: Axis of the persons in the arguments of ``compute``.
    batch_axis = 0

    _compiled: Any = None
    _trains: nn.Module | None = None

    def compute(self, *tensors: Any) -> Tensor:
        """Tensors or None in, a tensor out; no search, no logging."""
        raise NotImplementedError

    def compile_steps(self, trains: nn.Module | None = None) -> None:
        """Compile ``compute``.

        Args:
            trains: The compiled form is used while this module trains: the
                evaluations between are too short to be worth a compilation
                of their own. None: always.
        """
        self._compiled = torch.compile(self.compute, options=COMPILE_OPTIONS)
        # Past nn.Module's setattr: the whole model is no child of its part.
        self.__dict__['_trains'] = trains

    def run(self, *tensors: Any) -> Tensor:
        """``compute``, compiled where that was asked for."""
        idle = self._trains is not None and not self._trains.training
        if self._compiled is None or idle:
            return self.compute(*tensors)
        for tensor in tensors:
            if tensor is not None:
                axis = min(self.batch_axis, tensor.ndim - 1)
                torch._dynamo.maybe_mark_dynamic(tensor, axis)
        return self._compiled(*tensors)

    def __getstate__(self) -> dict[str, Any]:
        state = self.__dict__.copy()
        for name in ('_compiled', '_trains'):
            state.pop(name, None)
        return state
