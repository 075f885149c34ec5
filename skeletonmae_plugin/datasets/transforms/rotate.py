"""Random point of view."""

import math
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

    In 2D there is one rotation only, ``roll``, and the other two play no
    part: one text serves both.

    Args:
        yaw: Greatest angle about y in degrees, either way: the camera walks
            about the body (y is upwards in the coordinates of depth
            cameras; ``NormalizeSkeleton(up='z')`` turns others).
        tilt: The same about x: the camera goes up or down.
        roll: The same about z, in the image: the camera rolls.
    """

    #: Works on whole batches after SampleSkeletonFrames, numpy or torch.
    batched = True

    def __init__(
        self, yaw: float = 0.0, tilt: float = 0.0, roll: float = 0.0
    ) -> None:
        if min(yaw, tilt, roll) < 0:
            raise ValueError(
                'yaw, tilt and roll are greatest angles either way, none '
                f'below 0; got {yaw}, {tilt} and {roll}'
            )
        self.yaw = yaw
        self.tilt = tilt
        self.roll = roll

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Rotate: (N, M, T, V, C) keeps its shape."""
        keypoint = results['keypoint']
        flat = keypoint.shape[-1] == 2
        angles = [self.roll] if flat else [self.tilt, self.yaw, self.roll]
        high = [math.radians(angle) for angle in angles]
        low = [-angle for angle in high]
        drawn = draw_uniform(get_rng(results), low, high, keypoint.shape[:-4])
        matrix = rotation_2d(drawn[..., 0]) if flat else rotation_3d(drawn)
        results['keypoint'] = rotate(keypoint, matrix)
        return results

    def __repr__(self) -> str:
        return (
            f'{self.__class__.__name__}(yaw={self.yaw}, '
            f'tilt={self.tilt}, roll={self.roll})'
        )
