"""Bodies followed over the frames of a recording."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .skeleton_file import Recording


@dataclass(frozen=True, eq=False)
class Track:
    """A body over time.

    Args:
        start: First frame, counted without frames that hold no body.
        points: (T, 25, 3) float32, metres.
        motion: How much it moves, see ``motion_of``.
    """

    start: int
    points: np.ndarray
    motion: float

    @property
    def end(self) -> int:
        """The frame behind its last."""
        return self.start + len(self.points)


def link_bodies(recording: Recording) -> list[Track]:
    """Tracks by the sensor's number of a body, those that move most first.

    As pyskl does it, frames without a body are cut out, and a track has no
    gaps: where a body is lost for some frames, what follows moves up to where
    it was lost.

    Args:
        recording: What a file holds.
    """
    kept, frame = np.unique(recording.frame, return_inverse=True)
    rows: dict[int, list[int]] = {}
    for row, body_id in enumerate(recording.body_id):
        rows.setdefault(body_id, []).append(row)
    return by_motion(
        [
            Track(
                start=int(frame[places[0]]),
                points=recording.points[places],
                motion=motion_of(recording.points[places]),
            )
            for places in rows.values()
        ]
    )


def motion_of(points: np.ndarray) -> float:
    """Variance of x, of y and of z over all frames and joints, summed.

    Args:
        points: (T, 25, 3).
    """
    return float(np.sum(np.var(points.reshape(-1, 3), axis=0)))


def by_motion(tracks: list[Track]) -> list[Track]:
    """Those that move most first; of equal ones the earlier."""
    return sorted(tracks, key=lambda track: -track.motion)
