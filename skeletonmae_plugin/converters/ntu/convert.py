"""One ``.skeleton`` file -> one annotation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from .noise import leave_out_noise
from .persons import place_persons
from .sample_name import SampleName
from .skeleton_file import read_skeleton_file
from .tracks import link_bodies


def convert_file(path: str | Path) -> dict[str, Any]:
    """Convert a recording.

    Args:
        path: A file named as ``S001C002P003R002A013.skeleton``.

    Returns:
        ``dict(frame_dir, label, total_frames, keypoint)``, keypoint (M, T,
        25, 3) float16 in metres, M 1 or 2, as in the released 3D pickles.

    Raises:
        ValueError: If name or content cannot be used; says the file.
    """
    path = Path(path)
    try:
        name = SampleName.parse(path.stem)
    except ValueError as error:
        raise ValueError(f'{path}: {error}') from None
    recording = read_skeleton_file(path)
    if not len(recording.points):
        raise ValueError(
            f'{path}: none of its {recording.num_frames} frames holds a body; '
            'leave the file out'
        )
    try:
        tracks = leave_out_noise(link_bodies(recording))
        keypoint = place_persons(tracks).astype(np.float16)
    except ValueError as error:
        raise ValueError(f'{path}: {error}; leave the file out') from None
    return dict(
        frame_dir=path.stem,
        label=name.label,
        total_frames=keypoint.shape[1],
        keypoint=keypoint,
    )
