"""Two persons at most, each put together from tracks."""

from __future__ import annotations

import numpy as np

from .skeleton_file import NUM_JOINTS
from .tracks import Track

#: A frame or joint whose coordinates sum up to less is empty.
_EMPTY = 1e-3
#: The middle of the spine, by which one sees who is there.
_SPINE = 1


def place_persons(tracks: list[Track]) -> np.ndarray:
    """Persons of a clip, as pyskl places them.

    A lone track is the clip. Of several the one that moves most is the first
    person; each of the others, in this order, goes on with the first person
    if it begins after or ends before all that there is of it, else with the
    second, else it is left out. The second is taken to begin with the clip,
    so that nothing is put before its first track. Empty frames at both ends
    are cut off. If the clip begins without the first person, the two change
    places.

    Args:
        tracks: Those that are no noise, by motion; at least one.

    Returns:
        (M, T, 25, 3) float32, M 1 or 2, 0 where a person is not seen.
    """
    if len(tracks) == 1:
        return tracks[0].points[None]
    num_frames = max(track.end for track in tracks)
    persons = np.zeros((2, num_frames, NUM_JOINTS, 3), np.float32)
    spans = [(tracks[0].start, tracks[0].start), (0, 0)]
    for track in tracks:
        for person, (start, end) in enumerate(spans):
            if max(start, track.start) >= min(end, track.end):
                persons[person, track.start : track.end] = track.points
                spans[person] = min(start, track.start), max(end, track.end)
                break
    persons = _without_empty_ends(persons)
    first, second = np.abs(persons[:, 0, _SPINE]).sum(-1)
    return persons[::-1] if first < _EMPTY < second else persons


def _without_empty_ends(persons: np.ndarray) -> np.ndarray:
    """The frames from the first to the last with anybody."""
    size = np.abs(persons).sum((0, 2, 3))
    (seen,) = np.nonzero(size >= _EMPTY)
    if not len(seen):
        raise ValueError('all its coordinates are 0')
    return persons[:, seen[0] : seen[-1] + 1]
