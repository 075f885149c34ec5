"""Masks of skeletons: which joints are hidden.

A mask is bool (..., T, V), True = hidden. The functions are pure: all
randomness comes from the numpy ``Generator`` they are given, and all leading
axes and frames are drawn at once.

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

import numpy as np

PERIODS = ('frame', 'clip', 'tube')


def given_parts_mask(
    part_matrix: np.ndarray,
    parts: Sequence[int],
    shape: tuple[int, ...],
    valid: np.ndarray | None = None,
) -> np.ndarray:
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
    hidden = part_matrix[list(parts)].any(0)
    return keep_visible(
        np.broadcast_to(hidden, (*shape, hidden.size)).copy(), valid
    )


def draw_part_mask(
    rng: np.random.Generator,
    part_matrix: np.ndarray,
    num_masked_parts: int | tuple[int, int],
    shape: tuple[int, ...],
    per: str = 'clip',
    tube_len: int = 1,
    valid: np.ndarray | None = None,
) -> np.ndarray:
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
    hidden = _draw_subset(rng, (*draw, len(part_matrix)), count)
    hidden = hidden @ part_matrix  # (..., S, V): a joint is in one part
    return keep_visible(_spread(hidden, spans), valid)


def draw_joint_mask(
    rng: np.random.Generator,
    num_joints: int,
    mask_ratio: float,
    shape: tuple[int, ...],
    per: str = 'clip',
    tube_len: int = 1,
    valid: np.ndarray | None = None,
) -> np.ndarray:
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
    return keep_visible(_spread(hidden, spans), valid)


def keep_visible(
    mask: np.ndarray, valid: np.ndarray | None = None
) -> np.ndarray:
    """Hide nothing of a person in a frame whose valid joints are all hidden.

    Args:
        mask: Bool (..., V), True = hidden.
        valid: Bool (..., V), joints that exist. None: all do.
    """
    if valid is None:
        valid = np.ones_like(mask)
    blind = valid.any(-1) & ~(valid & ~mask).any(-1)
    return mask & ~blind[..., None]


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
    rng: np.random.Generator, shape: tuple[int, ...], per: str, tube_len: int
) -> tuple[tuple[int, ...], np.ndarray]:
    """Shape (..., S) of the draws and the draw (..., T) of each frame."""
    check_period(per, tube_len)
    *lead, num_frames = shape
    length = {'frame': 1, 'clip': num_frames, 'tube': tube_len}[per]
    phase = rng.integers(0, length, (*lead, 1)) if per == 'tube' else 0
    spans = (np.arange(num_frames) + phase) // max(length, 1)
    num_draws = math.ceil(num_frames / max(length, 1)) + (per == 'tube')
    return (*lead, num_draws), np.broadcast_to(spans, shape)


def _draw_subset(
    rng: np.random.Generator, shape: tuple[int, ...], count: int | np.ndarray
) -> np.ndarray:
    """Bool ``shape``, True for ``count`` random entries of the last axis."""
    rank = rng.random(shape).argsort(-1).argsort(-1)
    return rank < count


def _spread(hidden: np.ndarray, spans: np.ndarray) -> np.ndarray:
    """Hand the draws (..., S, V) to their frames (..., T): (..., T, V)."""
    return np.take_along_axis(hidden, spans[..., None], -2)
