"""What lets one function serve numpy arrays and torch tensors."""

from types import ModuleType
from typing import Any

import numpy as np
import torch

Array = Any  # numpy.ndarray or torch.Tensor: each function keeps the kind


def namespace(x: Array) -> ModuleType:
    """The module, numpy or torch, that x belongs to."""
    return torch if isinstance(x, torch.Tensor) else np


def as_like(value: Any, x: Array) -> Array:
    """Value as an array of x's kind, dtype and device."""
    if isinstance(x, torch.Tensor):
        return torch.as_tensor(value, dtype=x.dtype, device=x.device)
    if isinstance(value, torch.Tensor):
        value = value.cpu().numpy()
    return np.asarray(value, dtype=x.dtype)


def trailing(value: Any, x: Array, axes: int) -> Array:
    """Like ``as_like``, with axes of length 1 behind: (...) -> (..., 1, 1)."""
    value = as_like(value, x)
    return value.reshape((*value.shape, *(1,) * axes))


def only(x: Array, known: Array) -> Array:
    """X (..., C) where known (...) is True, exact zeros elsewhere.

    Unlike a product it also takes a NaN away.
    """
    xp = namespace(x)
    return xp.where(known[..., None], x, xp.zeros_like(x))
