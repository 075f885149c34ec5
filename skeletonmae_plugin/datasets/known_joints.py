"""Which joints of raw data have been seen."""

from __future__ import annotations

from ..functional.arrays import Array, namespace


def known_joints(
    keypoint: Array,
    score: Array | None = None,
    score_thr: float = 0.0,
    zero_is_missing: bool = True,
) -> Array:
    """Whether each joint has been seen, from the raw numbers.

    Args:
        keypoint: Coordinates (..., V, C).
        score: (..., V), if there is one.
        score_thr: Joints with a higher score are seen.
        zero_is_missing: Whether a joint at the origin has not been seen.

    Returns:
        Bool (..., V): False where a coordinate is NaN or infinite, where all
        are 0 (if zero_is_missing), or where the score is too low or NaN.
    """
    # The largest coordinate tells it all: a NaN or inf is carried on, and it
    # is 0 only if all are. Axis by axis, which numpy does fastest.
    xp, size = namespace(keypoint), abs(keypoint)
    largest = size[..., 0]
    for axis in range(1, size.shape[-1]):
        largest = xp.maximum(largest, size[..., axis])
    valid = largest < float('inf')
    if zero_is_missing:
        valid &= largest > 0
    if score is not None:
        valid &= score > score_thr  # False for NaN
    return valid
