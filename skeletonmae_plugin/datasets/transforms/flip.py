"""Mirror image."""

from typing import Any

from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from ...functional.augment import exchange, mirror
from ...layouts import LayoutLike, get_layout
from ..randomness import get_rng


@TRANSFORMS.register_module()
class FlipSkeleton(BaseTransform):
    """Mirror clips at random: x changes its sign, left and right their place.

    After ``NormalizeSkeleton``, so that the mirror stands in the body.

    Required Keys: keypoint (N, M, T, V, C), valid (N, M, T, V),
    keypoint_score (optional), mask (optional), rng (optional)

    Modified Keys: the same

    Args:
        layout: Layout of the joints, for its pairs.
        p: Probability. 0 for a layout without pairs.
    """

    #: Works on whole batches after SampleSkeletonFrames, numpy or torch.
    batched = True

    def __init__(self, layout: LayoutLike, p: float = 0.5) -> None:
        self.layout = get_layout(layout)
        if not 0 <= p <= 1:
            raise ValueError(f'p must be in [0, 1], got {p}')
        if p > 0 and not self.layout.flip_pairs:
            raise ValueError(
                f'layout {self.layout.name!r} has no flip_pairs: '
                'name its left and right joints, or set p=0'
            )
        self.p = p

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Flip: (N, M, T, V, C) keeps its shape."""
        keypoint, index = results['keypoint'], self.layout.flip_index
        flip = get_rng(results).random(keypoint.shape[:-4]) < self.p
        results['keypoint'] = mirror(keypoint, flip, index)
        for key in ('keypoint_score', 'valid', 'mask'):
            if results.get(key) is not None:
                results[key] = exchange(results[key], flip, index)
        return results

    def __repr__(self) -> str:
        return (
            f'{self.__class__.__name__}(layout={self.layout.name!r}, '
            f'p={self.p})'
        )
