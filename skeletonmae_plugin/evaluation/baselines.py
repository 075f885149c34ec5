"""What a model that has learned nothing would say about hidden joints.

A reconstruction error means little alone: people move smoothly and stay in
one piece, so that simple interpolation already comes near. These functions
are that baseline, over numpy arrays with any leading axes.
"""

import numpy as np


def interpolate_hidden(
    x: np.ndarray, known: np.ndarray, adjacency: np.ndarray
) -> np.ndarray:
    """Fill in hidden joints from their visible neighbours.

    In time first (:func:`interpolate_in_time`); joints that are seen in no
    frame of the clip then in space (:func:`interpolate_in_space`). Where a
    person has no known joint at all, the result is 0, the body's centre.

    Args:
        x: (..., T, V, C) joints; values at unknown places are not looked at.
        known: (..., T, V) bool, True where ``x`` may be used.
        adjacency: (V, V) with 1 where two joints share a bone.

    Returns:
        (..., T, V, C) array, equal to ``x`` where known.
    """
    filled = interpolate_in_time(x, known)
    return interpolate_in_space(filled, np.any(known, axis=-2), adjacency)


def interpolate_in_time(x: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Linear between the nearest known frames of the same joint.

    Before the first and after the last known frame the nearest one is
    repeated; a joint without any known frame becomes 0.

    Args:
        x: (..., T, V, C) joints.
        known: (..., T, V) bool.

    Returns:
        (..., T, V, C) array.
    """
    num_frames = x.shape[-3]
    frame = np.arange(num_frames)[:, None]  # (T, 1)
    before = np.maximum.accumulate(np.where(known, frame, -1), axis=-2)
    after = np.minimum.accumulate(
        np.where(known, frame, num_frames)[..., ::-1, :], axis=-2
    )[..., ::-1, :]
    has_before, has_after = before >= 0, after < num_frames
    left = np.where(has_before, before, np.where(has_after, after, 0))
    right = np.where(has_after, after, left)
    weight = (frame - left) / np.maximum(right - left, 1)  # (..., T, V)

    clean = np.where(known[..., None], x, 0)
    x_left = np.take_along_axis(clean, left[..., None], axis=-3)
    x_right = np.take_along_axis(clean, right[..., None], axis=-3)
    return x_left + (x_right - x_left) * weight[..., None]


def interpolate_in_space(
    x: np.ndarray, seen: np.ndarray, adjacency: np.ndarray
) -> np.ndarray:
    """Each unseen joint becomes the mean of its neighbours on the skeleton.

    Neighbours may be unseen too, so this is what repeated averaging along the
    bones converges to; it is solved directly, one linear system a clip.
    Between two seen joints it is linear along the chain of bones, beyond the
    last seen joint of a limb it is that joint.

    Args:
        x: (..., T, V, C) joints.
        seen: (..., V) bool, True where the joint's values are kept.
        adjacency: (V, V) with 1 where two joints share a bone; connected.

    Returns:
        (..., T, V, C) array; 0 where no joint at all is seen.
    """
    seen_any = seen.any(-1, keepdims=True)
    rows = (~seen & seen_any)[..., None]  # (..., V, 1)
    laplacian = np.diag(adjacency.sum(1)) - adjacency
    matrix = np.where(rows, laplacian, np.eye(len(adjacency)))
    values = np.where(seen[..., None, :, None], x, 0).swapaxes(-3, -2)
    shape = values.shape  # (..., V, T, C)
    solved = np.linalg.solve(matrix, values.reshape(*shape[:-2], -1))
    return np.where(
        seen[..., None, :, None], x, solved.reshape(shape).swapaxes(-3, -2)
    )
