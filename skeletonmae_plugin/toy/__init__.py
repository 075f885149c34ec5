"""Skeleton data that the project makes itself, with numpy alone.

People of varied build act out some actions by forward kinematics and are
recorded by a camera: ``make_dataset`` gives the toy set, in any layout, and
miniatures in the format of the real sets; ``write_dataset`` writes the file.
"""

from ..skeleton_pickle import write_dataset
from .dataset import SETS, make_dataset, set_layout
from .points import joint_indices

__all__ = [
    'SETS',
    'joint_indices',
    'make_dataset',
    'set_layout',
    'write_dataset',
]
