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
    valid = namespace(keypoint).isfinite(keypoint).all(-1)
    if zero_is_missing:
        valid = valid & (keypoint != 0).any(-1)
    if score is not None:
        valid = valid & (score > score_thr)  # False for NaN
    return valid
