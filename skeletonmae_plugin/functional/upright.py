"""Which way is up in 3D coordinates, and turning it to y."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ..layouts import Layout
from .arrays import Array, namespace

#: Which way is up -> for each coordinate of a clip that stands along y the
#: old axis and its sign. All are rotations: a mirror would make left arms
#: right ones.
UPWARD: dict[str, tuple[tuple[int, int], ...]] = {
    'x': ((1, -1), (0, 1), (2, 1)),
    '-x': ((1, 1), (0, -1), (2, 1)),
    'y': ((0, 1), (1, 1), (2, 1)),
    '-y': ((0, 1), (1, -1), (2, -1)),
    'z': ((0, 1), (2, 1), (1, -1)),
    '-z': ((0, 1), (2, -1), (1, 1)),
}


def turn_upright(x: Array, up: str) -> Array:
    """Turn 3D joints so that y points upwards.

    Args:
        x: Coordinates (..., 3), numpy or torch.
        up: Axis that points upwards, of ``UPWARD``: 'z', or '-y' where y
            points downwards.

    Returns:
        (..., 3); x itself where y is up.

    Raises:
        ValueError: If the joints are not 3D, and something is to be turned.
    """
    if up == 'y':
        return x
    if x.shape[-1] != 3:
        raise ValueError(
            f'up={up!r} is for joints with 3 coordinates, got {x.shape[-1]}: '
            'images have no other way up than y; leave up out'
        )
    turned = [sign * x[..., axis] for axis, sign in UPWARD[up]]
    return namespace(x).stack(turned, -1)


def rise(
    x: np.ndarray, valid: np.ndarray, layout: Layout
) -> np.ndarray | None:
    """Direction from the legs to the head, in the mean over a clip.

    Of the bodies in which both are known: to compare the head of one frame
    with the legs of another would tell where somebody walks.

    Args:
        x: (M, T, V, C) joints.
        valid: (M, T, V) bool, where a joint is known.
        layout: Layout of the joints. Its parts with 'head' and 'leg' in
            their names are taken.

    Returns:
        (C,) of length 1; None where it is not known.
    """
    head, has_head = _places('head', x, valid, layout)
    legs, has_legs = _places('leg', x, valid, layout)
    both = has_head & has_legs
    if not both.any():
        return None
    direction: np.ndarray = (head - legs)[both].mean(0)
    length = np.linalg.norm(direction)
    return direction / length if length > 0 else None


def _places(
    word: str, x: np.ndarray, valid: np.ndarray, layout: Layout
) -> tuple[np.ndarray, np.ndarray]:
    """Mean place (M, T, C) of parts with this word, and where it is known."""
    parts = layout.parts.items()
    joints = [v for name, some in parts if word in name.lower() for v in some]
    known = valid[..., joints]
    count = known.sum(-1)
    some = np.where(known[..., None], x[..., joints, :], 0)
    total = some.sum(-2, dtype=np.float64)
    return total / count.clip(1)[..., None], count > 0


def up_of(rises: Iterable[np.ndarray | None]) -> str | None:
    """Which way most bodies rise.

    A file does not say which axis is up; people stand most of the time.

    Args:
        rises: Of some clips, (3,) or None each, see ``rise``.

    Returns:
        Of ``UPWARD``; None where bodies rise along no axis for the most part.
    """
    known = [one for one in rises if one is not None]
    mean = np.mean(known, 0) if known else np.zeros(3)
    axis = int(np.abs(mean).argmax())
    if abs(mean[axis]) < 0.5:
        return None
    return ('-' if mean[axis] < 0 else '') + 'xyz'[axis]
