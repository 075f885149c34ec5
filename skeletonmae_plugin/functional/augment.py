"""Rotation, scaling, noise and mirror image of normalised skeletons.

All leave a joint at the origin where it is, so that a joint that does not
exist (zeros) needs no care, except by ``jitter``, which is told.
"""

import numpy as np

from .arrays import Array, as_like, namespace, only, trailing


def draw_uniform(
    rng: np.random.Generator, low: Array, high: Array, size: tuple[int, ...]
) -> np.ndarray:
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
    return (
        _rotation_about(2, angles)
        @ _rotation_about(0, angles)
        @ _rotation_about(1, angles)
    )


def _rotation_about(axis: int, angles: Array) -> Array:
    first, second = (axis + 1) % 3, (axis + 2) % 3
    plane = rotation_2d(angles[..., axis])
    matrix = as_like(np.zeros((*angles.shape, 3)), angles)
    matrix[..., axis, axis] = 1
    for i, row in enumerate((first, second)):
        for j, column in enumerate((first, second)):
            matrix[..., row, column] = plane[..., i, j]
    return matrix


def rotate(x: Array, matrix: Array) -> Array:
    """Turn every joint about the origin.

    Args:
        x: Coordinates (..., M, T, V, C).
        matrix: Rotations (..., C, C), one a clip.

    Returns:
        (..., M, T, V, C).
    """
    matrix = as_like(matrix, x)
    turned = matrix.swapaxes(-1, -2)  # rows are points: x R^T
    return x @ turned[..., None, None, :, :]


def scale(x: Array, factor: Array) -> Array:
    """Multiply the axes of x (..., M, T, V, C) by factor (..., C or 1)."""
    factor = as_like(factor, x)
    return x * factor[..., None, None, None, :]


def jitter(x: Array, noise: Array, valid: Array) -> Array:
    """X + noise where a joint exists; shapes (..., M, T, V, C)."""
    return only(x + as_like(noise, x), valid)


def mirror(x: Array, flip: Array, flip_index: Array) -> Array:
    """Negate the first coordinate and exchange left and right joints.

    Args:
        x: Coordinates (..., M, T, V, C).
        flip: Bool (...), the clips to mirror.
        flip_index: ``Layout.flip_index``.

    Returns:
        (..., M, T, V, C).
    """
    sign = np.ones(x.shape[-1])
    sign[0] = -1
    mirrored = x[..., flip_index, :] * as_like(sign, x)
    # 0 - is a zero like any other, but not to the eye nor to a checksum.
    return _choose(flip, mirrored + 0, x, 4)


def exchange(value: Array, flip: Array, flip_index: Array) -> Array:
    """Exchange left and right of something without axes in space.

    Args:
        value: Score, valid or mask, (..., M, T, V).
        flip: Bool (...), the clips to mirror.
        flip_index: ``Layout.flip_index``.
    """
    return _choose(flip, value[..., flip_index], value, 3)


def _choose(flip: Array, yes: Array, no: Array, axes: int) -> Array:
    chosen = trailing(flip, no, axes) != 0
    return namespace(no).where(chosen, yes, no)
