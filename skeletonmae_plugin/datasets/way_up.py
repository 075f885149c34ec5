"""Which way is up in the clips of a 3D file."""

from __future__ import annotations

import numpy as np

from ..functional.arrays import to_float32
from ..functional.upright import rise, up_of
from ..layouts import Layout
from .known_joints import known_joints
from .skeleton_dataset import SkeletonDataset

#: How a body stands changes slowly: every so manyth frame is looked at.
FRAME_STEP = 8
#: So many clips, evenly picked, tell it for a file.
CLIPS = 200


def clip_rise(
    keypoint: np.ndarray, score: np.ndarray | None, layout: Layout
) -> np.ndarray | None:
    """As ``upright.rise``, of the arrays of a file.

    Args:
        keypoint: (M, T, V, 3) coordinates.
        score: (M, T, V), if there is one.
        layout: Layout of the joints.

    Returns:
        (3,); None where it is not known.
    """
    x = to_float32(keypoint[:, ::FRAME_STEP])
    if score is not None:
        score = to_float32(score[:, ::FRAME_STEP])
    return rise(x, known_joints(x, score), layout)


def way_up(data: SkeletonDataset) -> str | None:
    """Which way is up, as some of the clips tell it.

    Args:
        data: Clips of a file.

    Returns:
        Of ``upright.UPWARD``; None in 2D, where bodies stand along no axis
        for the most part, and where the layout has no parts with 'head' and
        'leg' in their names.
    """
    data.full_init()
    if data.store.num_coordinates != 3:
        return None
    step = -(-len(data.data_list) // CLIPS)
    clips = (data.store.annotation(i) for i in data.data_list[::step])
    return up_of(
        clip_rise(clip['keypoint'], clip.get('keypoint_score'), data.layout)
        for clip in clips
    )
