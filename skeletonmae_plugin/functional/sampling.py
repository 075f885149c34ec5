"""Which frames of a clip are taken.

A clip of any length, one frame included, is cut into ``clip_len`` segments of
equal time, and one frame is taken from each: a random one in training, one at
a fixed place in a test. Frames are repeated where a clip is short.
"""

from typing import Any

import numpy as np

from .arrays import Array, as_like, namespace, trailing


def frame_indices(
    num_frames: Array | int,
    offset: Array,
    start: Any = 0.0,
    length: Any = 1.0,
    speed: Any = 1.0,
) -> Array:
    """One frame from each segment of a window of time.

    Args:
        num_frames: (...) number T of frames of each clip.
        offset: (..., clip_len) in [0, 1): where in its segment each frame
            is taken.
        start: (...) begin of the window as a part of the clip's time.
        length: (...) length of the window as a part of the clip's time.
        speed: (...) in (0, 2): speed at the window's begin, 1 being its
            mean; it changes evenly towards 2 - speed at the end.

    Returns:
        (..., clip_len) int64 in [0, T), ascending.
    """
    clip_len = offset.shape[-1]
    steps = as_like(np.arange(clip_len), offset)
    time = (steps + offset) / clip_len
    speed = trailing(speed, offset, 1)
    time = speed * time + (1 - speed) * time**2
    time = trailing(start, offset, 1) + trailing(length, offset, 1) * time
    xp = namespace(offset)
    total = trailing(num_frames, offset, 1)
    frames = xp.minimum(xp.floor(time * total), total - 1)
    frames = xp.clip(frames, 0, None)
    return frames.astype('int64') if xp is np else frames.long()


def centre_offsets(num_clips: int, clip_len: int) -> np.ndarray:
    """Offsets (num_clips, clip_len) of a test.

    One clip takes the middle of each segment; n clips take n places spread
    evenly over it.
    """
    places = (np.arange(num_clips) + 0.5) / num_clips
    return np.broadcast_to(places[:, None], (num_clips, clip_len)).copy()


def draw_window(
    rng: Any, crop: tuple[float, float], size: tuple[int, ...]
) -> tuple[Array, Array]:
    """Start and length (both of shape ``size``) of a random window of time.

    Args:
        rng: Source of random numbers.
        crop: Least and greatest length as parts of the clip's time.
        size: Number of windows, any shape.
    """
    length = rng.uniform(*crop, size)
    return rng.uniform(0, 1, size) * (1 - length), length


def take_frames(x: Array, frames: np.ndarray) -> Array:
    """Frames of every person: (M, T, ...) -> (N, M, clip_len, ...).

    Args:
        x: Anything of persons and frames, (M, T, ...).
        frames: (N, clip_len) indices.
    """
    return namespace(x).moveaxis(x[:, frames], 1, 0)
