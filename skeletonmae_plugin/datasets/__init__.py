"""Data set, sampler and transforms of skeleton clips."""

from .collate import skeleton_collate
from .sampler import SkeletonSampler
from .skeleton_dataset import SkeletonDataset
from .transforms import *  # noqa: F401,F403
from .transforms import __all__ as _transforms

__all__ = [
    'SkeletonDataset',
    'SkeletonSampler',
    'skeleton_collate',
    *_transforms,
]
