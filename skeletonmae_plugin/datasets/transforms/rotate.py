"""Random point of view."""

import math
from collections.abc import Sequence
from typing import Any

from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from ...functional.augment import (
    draw_uniform,
    rotate,
    rotation_2d,
    rotation_3d,
)
from ..randomness import get_rng


@TRANSFORMS.register_module()
class RotateSkeleton(BaseTransform):
    """Turn each clip about the origin, all persons and frames alike.

    After ``NormalizeSkeleton``, so that the origin is the body's centre.

    Required Keys: keypoint (N, M, T, V, C), rng (optional)

    Modified Keys: keypoint

    Args:
        angles: Greatest angles in degrees, either way. 2D: one angle, in the
            image. 3D: three, about x (the camera goes up or down), y (it
            walks about the body; y is upwards in the coordinates of depth
            cameras) and z (it rolls).
    """

    #: Works on whole batches after SampleSkeletonFrames, numpy or torch.
    batched = True

    def __init__(self, angles: float | Sequence[float]) -> None:
        angles = [angles] if isinstance(angles, (int, float)) else angles
        if len(angles) not in (1, 3) or min(angles) < 0:
            raise ValueError(
                'angles must be one number (2D) or three (3D), '
                f'none below 0; got {angles}'
            )
        self.angles = tuple(angles)

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Rotate: (N, M, T, V, C) keeps its shape."""
        keypoint = results['keypoint']
        if keypoint.shape[-1] != len(self.angles) // 2 + 2:
            raise ValueError(
                f'{len(self.angles)} angles do not fit C='
                f'{keypoint.shape[-1]} coordinates: give one angle for 2D '
                'and three for 3D'
            )
        high = [math.radians(angle) for angle in self.angles]
        low = [-angle for angle in high]
        drawn = draw_uniform(get_rng(results), low, high, keypoint.shape[:-4])
        matrix = (
            rotation_3d(drawn)
            if len(high) == 3
            else rotation_2d(drawn[..., 0])
        )
        results['keypoint'] = rotate(keypoint, matrix)
        return results

    def __repr__(self) -> str:
        return f'{self.__class__.__name__}(angles={self.angles})'
