"""Tracks that are no persons: furniture, shadows, doubles."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .tracks import Track, by_motion, motion_of

#: A track of so few frames is noise.
SHORT = 11
#: A body wider than so many of its heights is none in that frame.
WIDEST = 0.8
#: From this part of such frames on the whole track is noise.
NOISY = 0.69754


def leave_out_noise(tracks: list[Track]) -> list[Track]:
    """The tracks that may be persons, those that move most first.

    pyskl's filter, with its numbers, which come from CTR-GCN. A recording of
    one body is not filtered, and the width is looked at only where several
    are long enough: many a lone body lies down.

    Args:
        tracks: Those of a recording, by motion.

    Raises:
        ValueError: If none is left.
    """
    if len(tracks) == 1:
        return tracks
    tracks = [track for track in tracks if len(track.points) > SHORT]
    if len(tracks) > 1:
        tracks = by_motion(
            [kept for track in tracks if (kept := _if_upright(track))]
        )
    if not tracks:
        raise ValueError(
            f'none of its bodies is a person: they have at most {SHORT} '
            f'frames, or are wider than {WIDEST} of their height in at least '
            f'{NOISY:.0%} of them'
        )
    return tracks


def upright(points: np.ndarray) -> np.ndarray:
    """Frames in which a body is not too wide, (T,) bool.

    Args:
        points: (T, 25, 3).
    """
    width, height = np.ptp(points[..., :2], axis=1).T
    # In double precision, as pyskl on numpy 1, with which the released files
    # were made.
    return width.astype(np.float64) <= WIDEST * height.astype(np.float64)


def _if_upright(track: Track) -> Track | None:
    """The track, its motion that of its good frames if it is less."""
    good = upright(track.points)
    if good.all():
        return track
    if 1 - good.sum() / len(good) >= NOISY:
        return None
    return replace(
        track, motion=min(track.motion, motion_of(track.points[good]))
    )
