"""Random size."""

from typing import Any

from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from ...functional.augment import draw_uniform, scale
from ..randomness import get_rng


@TRANSFORMS.register_module()
class ScaleSkeleton(BaseTransform):
    """Multiply each clip by a random factor.

    Required Keys: keypoint (N, M, T, V, C), rng (optional)

    Modified Keys: keypoint

    Args:
        factor: (least, greatest) factor.
        per_axis: Whether each coordinate axis draws a factor of its own,
            which makes bodies slimmer and wider.
    """

    #: Works on whole batches after SampleSkeletonFrames, numpy or torch.
    batched = True

    def __init__(
        self, factor: tuple[float, float] = (0.9, 1.1), per_axis: bool = False
    ) -> None:
        if not 0 < factor[0] <= factor[1]:
            raise ValueError(
                f'factor must be (least, greatest) above 0, got {factor}'
            )
        self.factor = factor
        self.per_axis = per_axis

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Scale: (N, M, T, V, C) keeps its shape."""
        keypoint = results['keypoint']
        axes = keypoint.shape[-1] if self.per_axis else 1
        low, high = self.factor
        drawn = draw_uniform(
            get_rng(results), [low] * axes, [high] * axes, keypoint.shape[:-4]
        )
        results['keypoint'] = scale(keypoint, drawn)
        return results

    def __repr__(self) -> str:
        return (
            f'{self.__class__.__name__}(factor={self.factor}, '
            f'per_axis={self.per_axis})'
        )
