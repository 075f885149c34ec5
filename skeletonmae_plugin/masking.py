"""Masks of skeletons: which joints are hidden.

A mask is bool (..., T, V), True = hidden. The functions are pure: all
randomness comes from the generator they are given (``ClipRandom`` or numpy's),
and all leading axes, clips among them, and frames are drawn at once. A mask is
of the kind of ``valid``, numpy or torch, and on its device; without ``valid``
it is as the generator draws.

``per`` says how long a draw lives: ``'frame'`` (each frame draws anew),
``'clip'`` (one draw for all frames) or ``'tube'`` (one draw for each span of
``tube_len`` frames; where the spans begin is random).

No mask hides all joints of a person in a frame. Given ``valid``, none hides
all *valid* ones either: where that would happen, nothing is hidden of that
person in that frame (``keep_visible``). The alternative, to leave one joint,
would ask for a body to be made up from a single point. A person that is not
there (no valid joint) keeps the mask drawn: nobody looks at it.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from .functional.arrays import (
    Array,
    as_like,
    constant,
    namespace,
    pick_rows,
)

PERIODS = ('frame', 'clip', 'tube')


def given_parts_mask(
    part_matrix: np.ndarray,
    parts: Sequence[int],
    shape: tuple[int, ...],
    valid: Array | None = None,
) -> Array:
    """Hide the same parts everywhere.

    Args:
        part_matrix: (K, V) bool, ``Layout.part_matrix``.
        parts: Numbers of the parts to hide.
        shape: (..., T), the axes in front of the joints.
        valid: Bool (..., T, V), joints that exist. None: all do.

    Returns:
        Bool (..., T, V), True = hidden.
    """
    num_parts = len(part_matrix)
    if not parts or len(set(parts)) >= num_parts:
        raise ValueError(
            f'parts must name at least one and fewer than all '
            f'{num_parts} parts, got {list(parts)}: with '
            'everything hidden nothing is left to see'
        )
    hidden: Array = part_matrix[list(parts)].any(0)
    if valid is not None:
        hidden = constant(hidden, valid)
    return _finish(hidden, (*shape, len(hidden)), valid)


def draw_part_mask(
    rng: Any,
    part_matrix: np.ndarray,
    num_masked_parts: int | tuple[int, int],
    shape: tuple[int, ...],
    per: str = 'clip',
    tube_len: int = 1,
    valid: Array | None = None,
) -> Array:
    """Hide parts that are drawn anew.

    Args:
        rng: Source of random numbers.
        part_matrix: (K, V) bool, ``Layout.part_matrix``.
        num_masked_parts: How many parts a draw hides, or (least, greatest).
        shape: (..., T), the axes in front of the joints.
        per: Life of a draw: 'frame', 'clip' or 'tube'.
        tube_len: Frames of a tube.
        valid: Bool (..., T, V), joints that exist. None: all do.

    Returns:
        Bool (..., T, V), True = hidden.
    """
    low, high = part_range(num_masked_parts, len(part_matrix))
    draw, spans = _spans(rng, shape, per, tube_len)
    count = rng.integers(low, high + 1, (*draw, 1))
    parts = _draw_subset(rng, (*draw, len(part_matrix)), count)
    matrix = constant(part_matrix, parts)
    hidden = (parts[..., None] & matrix).any(-2)  # (..., S, V)
    return _finish(_spread(hidden, spans), (*shape, len(matrix[0])), valid)


def draw_joint_mask(
    rng: Any,
    num_joints: int,
    mask_ratio: float,
    shape: tuple[int, ...],
    per: str = 'clip',
    tube_len: int = 1,
    valid: Array | None = None,
) -> Array:
    """Hide single joints by ratio.

    Args:
        rng: Source of random numbers.
        num_joints: Number V of joints.
        mask_ratio: Part of the joints that a draw hides, in (0, 1); rounded to
            whole joints, at least one and at most V - 1.
        shape: (..., T), the axes in front of the joints.
        per: Life of a draw: 'frame', 'clip' or 'tube'.
        tube_len: Frames of a tube.
        valid: Bool (..., T, V), joints that exist. None: all do.

    Returns:
        Bool (..., T, V), True = hidden.
    """
    check_ratio(mask_ratio)
    if num_joints < 2:
        raise ValueError(
            f'{num_joints} joint cannot be hidden in part; a '
            'mask needs at least 2 joints'
        )
    count = min(max(round(mask_ratio * num_joints), 1), num_joints - 1)
    draw, spans = _spans(rng, shape, per, tube_len)
    hidden = _draw_subset(rng, (*draw, num_joints), count)
    return _finish(_spread(hidden, spans), (*shape, num_joints), valid)


def keep_visible(mask: Array, valid: Array | None = None) -> Array:
    """Hide nothing of a person in a frame whose valid joints are all hidden.

    Args:
        mask: Bool (..., V), True = hidden.
        valid: Bool (..., V), joints that exist. None: all do.
    """
    if valid is None:
        return mask & ~mask.all(-1)[..., None]
    some_left = (valid & ~mask).any(-1) | ~valid.any(-1)
    return mask & some_left[..., None]


def _finish(
    hidden: Array, shape: tuple[int, ...], valid: Array | None
) -> Array:
    """The mask of all frames, ``shape`` (..., T, V), that blinds nobody."""
    if valid is not None:
        hidden = as_like(hidden, valid)
    hidden = namespace(hidden).broadcast_to(hidden, shape)
    return keep_visible(hidden, valid)


def part_range(
    num_masked_parts: int | tuple[int, int], total: int
) -> tuple[int, int]:
    """Least and greatest number of hidden parts, checked."""
    if isinstance(num_masked_parts, (int, np.integer)):
        low = high = int(num_masked_parts)
    else:
        low, high = num_masked_parts
    if not 1 <= low <= high < total:
        raise ValueError(
            f'num_masked_parts must be in [1, {total - 1}] (the layout has '
            f'{total} parts and one must stay visible), got '
            f'{num_masked_parts}; change it in MaskSkeletonParts, the mask '
            "of the data set's config"
        )
    return int(low), int(high)


def check_ratio(mask_ratio: float) -> None:
    """Raise ``ValueError`` if a ratio hides all joints or none."""
    if not 0 < mask_ratio < 1:
        raise ValueError(
            f'mask_ratio must be in (0, 1), got {mask_ratio}: '
            'some joints must be hidden and some must stay '
            'visible'
        )


def check_period(per: str, tube_len: int) -> None:
    """Raise ``ValueError`` at an unknown period or a tube without length."""
    if per not in PERIODS:
        raise ValueError(
            f'per must be one of {", ".join(PERIODS)}, got {per!r}'
        )
    if tube_len < 1:
        raise ValueError(f'tube_len must be at least 1, got {tube_len}')


def _spans(
    rng: Any, shape: tuple[int, ...], per: str, tube_len: int
) -> tuple[tuple[int, ...], Array | None]:
    """Shape (..., S) of the draws, and which one each frame (..., T) has.

    S is 1 (all have the same), T (each has its own), or the draws are told.
    """
    check_period(per, tube_len)
    *lead, num_frames = shape
    if per != 'tube':
        return (*lead, 1 if per == 'clip' else num_frames), None
    phase = rng.integers(0, tube_len, (*lead, 1))
    steps = constant(range(num_frames), phase)
    num_draws = math.ceil(num_frames / tube_len) + 1
    return (*lead, num_draws), (steps + phase) // tube_len


def _draw_subset(
    rng: Any, shape: tuple[int, ...], count: int | Array
) -> Array:
    """Bool ``shape``, True for ``count`` random entries of the last axis."""
    return _order(_order(rng.random(shape))) < count


def _order(x: Array) -> Array:
    """Stable, so that numpy and torch agree on equal numbers."""
    if isinstance(x, torch.Tensor):
        return x.argsort(dim=-1, stable=True)
    return x.argsort(-1, kind='stable')


def _spread(hidden: Array, spans: Array | None) -> Array:
    """Hand the draws (..., S, V) to their frames: (..., T or 1, V)."""
    if spans is None:
        return hidden
    return pick_rows(hidden, spans)
