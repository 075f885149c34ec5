"""Centre and size of the bodies of a clip, from the known joints only.

A joint that is hidden or was not seen has no influence: otherwise the place
of the whole clip would give a hidden joint away.
"""

from collections.abc import Sequence

import numpy as np

from .arrays import Array, as_like, namespace, only


def masked_mean(x: Array, known: Array, axes: tuple[int, ...]) -> Array:
    """Mean of the known entries over some axes, 0 where none is known.

    Args:
        x: Coordinates (..., C).
        known: Bool (...), one axis less than x.
        axes: Axes of x, which stay with length 1.
    """
    weight = as_like(known, x)[..., None]
    count = weight.sum(axes, keepdims=True)
    total = only(x, known).sum(axes, keepdims=True)
    return total / namespace(x).clip(count, 1, None)


def body_centre(
    x: Array, known: Array, joints: Sequence[int], per: str = 'clip'
) -> Array:
    """Mean of the known centre joints of all persons.

    One point for all persons of a clip, so that where they stand to one
    another is kept. Where no centre joint is known, all known joints are
    taken, and where none of these either, the centre is 0.

    Args:
        x: Coordinates (..., M, T, V, C).
        known: Bool (..., M, T, V).
        joints: Centre joints, ``Layout.centre``.
        per: 'clip' (the way of a body through the clip stays) or 'frame'
            (it is taken away).

    Returns:
        (..., 1, 1, 1, C) for 'clip', (..., 1, T, 1, C) for 'frame'.
    """
    if per not in ('clip', 'frame'):
        raise ValueError(f"centre must be 'clip' or 'frame', got {per!r}")
    axes = (-4, -3, -2) if per == 'clip' else (-4, -2)
    is_centre = np.zeros(x.shape[-2], bool)
    is_centre[list(joints)] = True
    core = known & as_like(is_centre, known)
    seen = core[..., None].sum(axes, keepdims=True) > 0
    return namespace(x).where(
        seen, masked_mean(x, core, axes), masked_mean(x, known, axes)
    )


def body_scale(x: Array, known: Array) -> Array:
    """Root mean square distance of a body's joints to their mean.

    The mean is that of a person in a frame, so that a walk through the room
    does not make a body larger, and the squares are divided by the degrees
    of freedom, so that few known joints do not make it much smaller.

    Args:
        x: Coordinates (..., M, T, V, C).
        known: Bool (..., M, T, V).

    Returns:
        (..., 1, 1, 1, 1): one size for all persons and frames of a clip.
        Where no body can be measured (never two joints known, or all in one
        place) the known joints' distance from the origin stands in, so that
        pixels do not enter a model as they are; 1 where nothing is known.
    """
    xp = namespace(x)
    weight = as_like(known, x)
    offsets = only(x - masked_mean(x, known, (-2,)), known)
    freedom = xp.clip(weight.sum(-1) - 1, 0, None)  # (..., M, T)
    square = (offsets**2).sum((-4, -3, -2, -1), keepdims=True)
    freedom = freedom[..., None, None].sum((-4, -3), keepdims=True)
    square = square / xp.clip(freedom, 1, None)  # (..., 1, 1, 1, 1)
    place = masked_mean(x**2, known, (-4, -3, -2)).sum(-1, keepdims=True)
    # Rounding alone must not be blown up to the size of a body.
    square = xp.where(square > 1e-10 * place, square, place)
    return xp.sqrt(xp.where(square > 0, square, xp.ones_like(square)))


def normalize(x: Array, centre: Array, scale: Array, valid: Array) -> Array:
    """(x - centre) / scale, exactly 0 where not valid.

    Args:
        x: Coordinates (..., M, T, V, C).
        centre: As ``body_centre`` gives it.
        scale: As ``body_scale`` gives it.
        valid: Bool (..., M, T, V), hidden joints among them: they are the
            target of pre-training.
    """
    return only((x - centre) / scale, valid)


def denormalize(x: Array, centre: Array, scale: Array, valid: Array) -> Array:
    """Undo ``normalize``: x * scale + centre, exactly 0 where not valid."""
    return only(x * scale + centre, valid)
