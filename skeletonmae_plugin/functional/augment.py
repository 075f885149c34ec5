"""Rotation, size, build, noise and mirror image of normalised skeletons.

All leave a joint at the origin where it is, so that a joint that does not
exist (zeros) needs no care, except by ``jitter``, which is told.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from .arrays import (
    Array,
    as_like,
    contiguous,
    for_each_joint,
    namespace,
    only,
    pick_joints,
    trailing,
)


def draw_uniform(
    rng: Any,
    low: Sequence[float],
    high: Sequence[float],
    size: tuple[int, ...],
) -> Array:
    """(*size, len(low)) numbers, the last axis between its own bounds."""
    return rng.uniform(low, high, (*size, len(low)))


def rotation_2d(angle: Array) -> Array:
    """Rotation by an angle in radians: (...,) -> (..., 2, 2)."""
    xp = namespace(angle)
    cos, sin = xp.cos(angle), xp.sin(angle)
    return xp.stack([cos, -sin, sin, cos], -1).reshape(*cos.shape, 2, 2)


def rotation_3d(angles: Array) -> Array:
    """Rotation about y, then x, then z: (..., 3) -> (..., 3, 3).

    With y upwards, as in camera coordinates, this walks about the body (y),
    raises the camera (x) and rolls it (z).

    Args:
        angles: Radians about x, y and z.
    """
    xp = namespace(angles)
    cx, cy, cz = xp.moveaxis(xp.cos(angles), -1, 0)
    sx, sy, sz = xp.moveaxis(xp.sin(angles), -1, 0)
    # R_z R_x R_y, row by row.
    entries = [
        cz * cy - sz * sx * sy,
        -sz * cx,
        cz * sy + sz * sx * cy,
        sz * cy + cz * sx * sy,
        cz * cx,
        sz * sy - cz * sx * cy,
        -cx * sy,
        sx,
        cx * cy,
    ]
    return xp.stack(entries, -1).reshape(*cx.shape, 3, 3)


def rotate(x: Array, matrix: Array) -> Array:
    """Turn every joint about the origin.

    Args:
        x: Coordinates (..., M, T, V, C).
        matrix: Rotations (..., C, C), one a clip.

    Returns:
        (..., M, T, V, C).
    """
    matrix = as_like(matrix, x)
    lead, coords = x.shape[:-4], x.shape[-1]
    points = x.reshape(*lead, -1, coords)
    turned = matrix.swapaxes(-1, -2)  # rows are points: x R^T
    if not isinstance(x, torch.Tensor):
        return (points @ turned).reshape(x.shape)
    # Not a matrix product: autocast would halve its precision.
    rotated = points[..., :1] * turned[..., None, 0, :]
    for axis in range(1, coords):
        rotated.addcmul_(
            points[..., axis : axis + 1], turned[..., None, axis, :]
        )
    return rotated.reshape(x.shape)


def scale(x: Array, factor: Array) -> Array:
    """Multiply the axes of x (..., M, T, V, C) by factor (..., C or 1)."""
    factor = as_like(factor, x)[..., None, None, :]
    if factor.shape[-1] == 1:
        return x * factor[..., None]
    return x * for_each_joint(factor, x.shape[-2])


def scale_bones(
    x: Array,
    factor: Array,
    parents: Sequence[int],
    valid: Array,
    hidden: Array | None = None,
) -> Array:
    """Bodies of another build: the bones have other lengths.

    A bone, a joint minus its parent, is multiplied by its factor, and the
    joints are put together again from the root, which stays. A joint whose
    parent is not valid goes where its nearest valid ancestor goes, and stays
    if it has none. A hidden joint moves no visible one, for which it counts
    as not valid.

    Args:
        x: Coordinates (..., M, T, V, C), 0 where not valid.
        factor: (..., M, V), one for each bone of each person, the same in
            all frames. That of the root is not used.
        parents: Parent of each joint, ``Layout.parents``.
        valid: Bool (..., M, T, V).
        hidden: Bool (..., M, T, V), joints that are masked. None: none is.

    Returns:
        (..., M, T, V, C), exactly 0 where not valid.
    """
    xp = namespace(x)
    # Joints and axes first, so that a joint is a few long rows: fast.
    place = contiguous(xp.moveaxis(x, (-2, -1), (0, 1)))  # (V, C, ..., M, T)
    exists = contiguous(xp.moveaxis(valid, -1, 0))  # (V, ..., M, T)
    longer = xp.moveaxis(as_like(factor, x), -1, 0)[..., None] - 1
    # By how much each joint is moved.
    moved = xp.zeros_like(place)
    bones = [(v, parents[v]) for v in _outwards(parents) if v != parents[v]]
    if hidden is None:
        for v, up in bones:
            bone = (place[v] - place[up]) * longer[v]
            moved[v] = moved[up] + bone * (exists[v] & exists[up])
    else:
        seen = contiguous(xp.moveaxis(valid & ~hidden, -1, 0))
        among_seen = xp.zeros_like(place)  # along the way of seen joints only
        for v, up in bones:
            bone = (place[v] - place[up]) * longer[v]
            among_seen[v] = among_seen[up] + bone * (seen[v] & seen[up])
            moved[v] = xp.where(
                seen[v],
                among_seen[v],
                moved[up] + bone * (exists[v] & exists[up]),
            )
    place = xp.moveaxis(place + moved, (0, 1), (-2, -1))
    return only(contiguous(place), valid)


def _outwards(parents: Sequence[int]) -> list[int]:
    """Joints in an order in which every parent comes before its children."""

    def depth(joint: int) -> int:
        up = parents[joint]
        return 0 if up == joint else depth(up) + 1

    return sorted(range(len(parents)), key=depth)


def jitter(x: Array, noise: Array, valid: Array) -> Array:
    """X + noise where a joint exists.

    Args:
        x: Coordinates (..., M, T, V, C).
        noise: What to add, of a shape that broadcasts to that of x.
        valid: Bool (..., M, T, V).
    """
    return only(x + as_like(noise, x), valid)


def mirror(x: Array, flip: Array, flip_index: np.ndarray) -> Array:
    """Negate the first coordinate and exchange left and right joints.

    Args:
        x: Coordinates (..., M, T, V, C).
        flip: Bool (...), the clips to mirror.
        flip_index: ``Layout.flip_index``.

    Returns:
        (..., M, T, V, C).
    """
    if isinstance(x, torch.Tensor):
        mirrored = _mirrored(x, flip_index)
        return torch.where(trailing(flip, x, 4) != 0, mirrored, x)
    flip, out = as_like(flip, np.empty(0, bool)), x.copy()
    out[flip] = _mirrored(x[flip], flip_index)
    return out


def _mirrored(x: Array, flip_index: np.ndarray) -> Array:
    x = pick_joints(x, flip_index)
    # 0 - 0 is 0; -0 is a zero like any other, but not to a checksum.
    x[..., 0] = 0 - x[..., 0]
    return x


def exchange(value: Array, flip: Array, flip_index: np.ndarray) -> Array:
    """Exchange left and right of something without axes in space.

    Args:
        value: Score, valid or mask, (..., M, T, V).
        flip: Bool (...), the clips to mirror.
        flip_index: ``Layout.flip_index``.
    """
    chosen = trailing(flip, value, 3) != 0
    exchanged = pick_joints(value, flip_index, -1)
    return namespace(value).where(chosen, exchanged, value)
