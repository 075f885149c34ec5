"""Centre and size of the bodies of a clip, from the known joints only.

A joint that is hidden or was not seen has no influence: otherwise the place
of the whole clip would give a hidden joint away.
"""

from collections.abc import Sequence

from .arrays import (
    Array,
    as_like,
    for_each_joint,
    joint_sum,
    namespace,
    only,
    square_sum,
    sum_over,
)


def normalize_body(
    x: Array,
    known: Array,
    valid: Array,
    joints: Sequence[int],
    per: str = 'clip',
) -> tuple[Array, Array, Array]:
    """``normalize`` by ``body_centre`` and ``body_scale``, all at once.

    Args:
        x: Coordinates (..., M, T, V, C).
        known: Bool (..., M, T, V), what centre and scale are taken from.
        valid: Bool (..., M, T, V), what is moved; if it is ``known`` itself,
            some work is shared.
        joints: Centre joints, ``Layout.centre``.
        per: See ``body_centre``.

    Returns:
        The coordinates, exactly 0 where not valid; centre; scale.
    """
    seen = only(x, known)
    totals = joint_sum(seen), _count(known, x)
    centre = _centre(seen, known, joints, per, totals)
    offsets = x - for_each_joint(centre[..., 0, :], x.shape[-2])
    seen = only(offsets, known)
    scale = _scale(seen, totals)
    normal = seen if valid is known else only(offsets, valid)
    normal /= scale
    return normal, centre, scale


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
    x = only(x, known)
    return _centre(x, known, joints, per, (joint_sum(x), _count(known, x)))


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
    x = only(x, known)
    totals = total, count = joint_sum(x), _count(known, x)
    mean = sum_over(total, 2) / sum_over(count, 2).clip(1)
    offsets = x - for_each_joint(mean, x.shape[-2])
    return _scale(only(offsets, known), totals)


def _count(known: Array, x: Array) -> Array:
    """Number of known joints (..., M, T, 1), of x's dtype."""
    return joint_sum(as_like(known, x)[..., None])


def _centre(
    x: Array,
    known: Array,
    joints: Sequence[int],
    per: str,
    totals: tuple[Array, Array],
) -> Array:
    """Centre of coordinates that are 0 where not known.

    Args:
        x: Coordinates (..., M, T, V, C).
        known: Bool (..., M, T, V).
        joints: Centre joints.
        per: 'clip' or 'frame'.
        totals: Sum (..., M, T, C) and number (..., M, T, 1) of known joints.
    """
    if per not in ('clip', 'frame'):
        raise ValueError(f"centre must be 'clip' or 'frame', got {per!r}")
    core = joint_sum(x, joints)  # (..., M, T, C)
    seen = joint_sum(as_like(known, x)[..., None], joints)  # (..., M, T, 1)
    core, seen, total, count = (
        sum_over(value, 2) if per == 'clip' else value.sum(-3, keepdims=True)
        for value in (core, seen, *totals)
    )
    centre = namespace(x).where(
        seen > 0, core / seen.clip(1), total / count.clip(1)
    )  # (..., 1, 1 or T, C)
    return centre[..., None, :]


def _scale(offsets: Array, totals: tuple[Array, Array]) -> Array:
    """Size of bodies, see ``body_scale``.

    By the squares about a point near by, from which the mean's is taken:
    sum |o - m|^2 = sum |o|^2 - n |m|^2 of the n known joints of a frame.

    Args:
        offsets: From a point of the clip, 0 where not known.
        totals: As of ``_centre``.
    """
    xp, (total, count) = namespace(offsets), totals
    least = count.clip(1)
    about = square_sum(offsets)  # (..., M, T, 1)
    means = count * _square(joint_sum(offsets) / least)
    square = _clip_sum(about - means) / _clip_sum((count - 1).clip(0)).clip(1)
    number = _clip_sum(count).clip(1)
    place = _clip_sum(count * _square(total / least)) / number
    # Rounding alone must not be blown up to the size of a body.
    noise = 1e-5 * _clip_sum(about) / number + 1e-10 * place
    square = xp.where(square > noise, square, place)
    scale = xp.sqrt(xp.where(square > 0, square, xp.ones_like(square)))
    return scale[..., None, None, None, None]


def _square(x: Array) -> Array:
    """Squared length (..., 1)."""
    return (x * x).sum(-1)[..., None]


def _clip_sum(x: Array) -> Array:
    """(..., M, T, 1) -> (...)."""
    return x.sum((-3, -2, -1))


def normalize(x: Array, centre: Array, scale: Array, valid: Array) -> Array:
    """(x - centre) / scale, exactly 0 where not valid.

    Args:
        x: Coordinates (..., M, T, V, C).
        centre: As ``body_centre`` gives it.
        scale: As ``body_scale`` gives it.
        valid: Bool (..., M, T, V), hidden joints among them: they are the
            target of pre-training.
    """
    offsets = x - for_each_joint(centre[..., 0, :], x.shape[-2])
    offsets /= scale
    return only(offsets, valid)


def denormalize(x: Array, centre: Array, scale: Array, valid: Array) -> Array:
    """Undo ``normalize``: x * scale + centre, exactly 0 where not valid."""
    return only(x * scale + centre, valid)
