"""What lets one function serve numpy arrays and torch tensors.

Where the two differ here, it is for speed: numpy is slow at broadcasting
along a last axis of 2 or 3, and at sums over the axis before it; and a
tensor's device must never be asked for a number, for that would wait for it.
No matrix products in torch: a data preprocessor runs under autocast, which
would halve their precision.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from types import ModuleType
from typing import Any

import numpy as np
import torch

from .exporting import is_exporting

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


def contiguous(x: Array) -> Array:
    """X with its numbers in the order of its axes."""
    if isinstance(x, torch.Tensor):
        return x.contiguous()
    return np.ascontiguousarray(x)


def to_float32(x: Array) -> Array:
    """Numbers of any kind as float32; x itself if it is."""
    if isinstance(x, torch.Tensor):
        return x.float()
    if x.dtype == np.float16:  # numpy converts one by one
        return torch.from_numpy(x).float().numpy()
    return x.astype(np.float32, copy=False)


def constant(values: Sequence | np.ndarray, x: Array) -> Array:
    """Numbers of a layout as an array of x's kind, on its device.

    A tensor is kept for the next call: to send it to a device anew would
    wait for the device. Compiled code has it as a constant.
    """
    if not isinstance(x, torch.Tensor):
        return np.asarray(values)
    if isinstance(values, np.ndarray):
        values = values.tolist()
    if is_exporting():  # what is made then is of no use after
        return torch.tensor(values, device=x.device)
    return _constant_tensor(_nested_tuple(values), x.device)


def _nested_tuple(values: Any) -> tuple:
    return tuple(
        _nested_tuple(value) if isinstance(value, (list, tuple)) else value
        for value in values
    )


@lru_cache(maxsize=256)
def _kept_tensor(
    values: tuple, device: torch.device, dtype: np.dtype
) -> torch.Tensor:
    # The dtype is there to be told apart by: (True, False) == (1, 0).
    with torch.inference_mode(False):
        return torch.tensor(values, device=device)


@torch.compiler.assume_constant_result
def _constant_tensor(values: tuple, device: torch.device) -> torch.Tensor:
    return _kept_tensor(values, device, np.asarray(values).dtype)


def trailing(value: Any, x: Array, axes: int) -> Array:
    """Like ``as_like``, with axes of length 1 behind: (...) -> (..., 1, 1)."""
    value = as_like(value, x)
    return value.reshape((*value.shape, *(1,) * axes))


def only(x: Array, known: Array) -> Array:
    """X (..., C) where known (...) is True, exact zeros elsewhere.

    Unlike a product it also takes a NaN away.
    """
    xp = namespace(x)
    if _bits_are_free(x):
        # All bits or none: several times as fast as where.
        if x.shape[-1] == 2 and _lies_in_pairs(x):
            bits = xp.asarray(known, dtype=xp.int64)[..., None]
            xp.negative(bits, out=bits)
            bits &= x.view(xp.int64)
            return bits.view(xp.float32)
        bits = -xp.asarray(known, dtype=xp.int32)
        bits = xp.stack([bits] * x.shape[-1], -1)
        bits &= x.view(xp.int32)
        return bits.view(xp.float32)
    if xp is torch:
        return torch.where(known[..., None], x, 0.0)
    return np.where(known[..., None], x, x.dtype.type(0))


def _bits_are_free(x: Array) -> bool:
    """Whether the numbers may be taken for bits: no gradient is lost."""
    if isinstance(x, torch.Tensor):
        return (
            not torch.compiler.is_compiling()
            and x.device.type == 'cpu'
            and x.dtype == torch.float32
            and not x.requires_grad
        )
    return x.dtype == np.float32


def _lies_in_pairs(x: Array) -> bool:
    """Whether two coordinates may be taken for one number of 64 bits."""
    if isinstance(x, torch.Tensor):
        return x.is_contiguous() and x.storage_offset() % 2 == 0
    return bool(x.flags.c_contiguous)


def pick_joints(
    x: Array, joints: Sequence[int] | np.ndarray, axis: int = -2
) -> Array:
    """Entries of an axis by number, as ``x[..., joints, :]`` gives them."""
    index = constant(joints, x)
    if isinstance(x, torch.Tensor):
        return x.index_select(axis, index)
    return np.take(x, index, axis)


def pick_rows(x: Array, index: Array) -> Array:
    """Rows by number: (..., S, V) and (..., T) give (..., T, V).

    The leading axes of the index broadcast to those of x. Numbers are not
    negative, and there is at least one row.
    """
    *lead, num_rows, size = x.shape
    index = namespace(x).broadcast_to(index, (*lead, index.shape[-1]))
    if isinstance(x, torch.Tensor):
        return x.gather(-2, index[..., None].expand(*index.shape, size))
    # Several times as fast as take_along_axis.
    before = np.arange(math.prod(lead)) * num_rows
    flat = index.reshape(len(before), -1) + before[:, None]
    return x.reshape(-1, size).take(flat, 0).reshape(*index.shape, size)


def for_each_joint(points: Array, num_joints: int) -> Array:
    """Points (..., C) for arrays (..., V, C): (..., V or 1, C)."""
    if isinstance(points, torch.Tensor):
        return points[..., None, :]
    coords = points.shape[-1]
    copies = np.tile(np.eye(coords, dtype=points.dtype), num_joints)
    return (points @ copies).reshape(*points.shape[:-1], num_joints, coords)


def joint_sum(x: Array, joints: Sequence[int] | None = None) -> Array:
    """Sum over the joints, or some of them: (..., V, C) -> (..., C)."""
    *lead, num_joints, coords = x.shape
    if joints is None:
        joints = range(num_joints)
    elif isinstance(x, torch.Tensor):
        x = pick_joints(x, joints)
    if isinstance(x, torch.Tensor):
        return x.sum(-2)
    chosen = np.zeros((num_joints, coords, coords), x.dtype)
    for joint in joints:  # a joint that is named twice counts twice
        chosen[joint] += np.eye(coords)
    rows = x.reshape(*lead, num_joints * coords)
    return rows @ chosen.reshape(-1, coords)


def sum_over(x: Array, axes: int) -> Array:
    """Sum over the axes before the last one, which keep length 1."""
    *lead, coords = x.shape
    kept = lead[: len(lead) - axes]
    rows = x.reshape(*kept, -1, coords)
    if isinstance(x, torch.Tensor):
        total = rows.sum(-2)
    else:
        total = np.ones(rows.shape[-2], x.dtype) @ rows
    return total.reshape(*kept, *(1,) * axes, coords)


def square_sum(x: Array) -> Array:
    """Sum of squares of each frame: (..., V, C) -> (..., 1)."""
    flat = x.reshape(*x.shape[:-2], -1)
    if isinstance(x, torch.Tensor):
        return flat.square().sum(-1, keepdim=True)
    return np.einsum('...i,...i->...', flat, flat)[..., None]
