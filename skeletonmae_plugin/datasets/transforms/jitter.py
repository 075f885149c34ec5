"""Noise of joint coordinates."""

from typing import Any

from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from ...functional.arrays import as_like
from ...functional.augment import jitter
from ..randomness import get_rng


@TRANSFORMS.register_module()
class JitterSkeleton(BaseTransform):
    """Add Gaussian noise to the joints that exist.

    Required Keys: keypoint (N, M, T, V, C), valid (N, M, T, V),
    scale (for unit='raw'), rng (optional)

    Modified Keys: keypoint

    Args:
        sigma: Standard deviation of the noise.
        per: 'frame' draws anew in each frame, as a pose estimator trembles;
            'clip' moves a joint by the same in all frames, as bodies differ.
        unit: 'body' means sigma is in units of ``NormalizeSkeleton``, 'raw'
            in those of the file (pixels, metres).
    """

    #: Works on whole batches after SampleSkeletonFrames, numpy or torch.
    batched = True

    def __init__(
        self, sigma: float = 0.02, per: str = 'frame', unit: str = 'body'
    ) -> None:
        if sigma < 0:
            raise ValueError(f'sigma must be at least 0, got {sigma}')
        if per not in ('frame', 'clip'):
            raise ValueError(f"per must be 'frame' or 'clip', got {per!r}")
        if unit not in ('body', 'raw'):
            raise ValueError(f"unit must be 'body' or 'raw', got {unit!r}")
        self.sigma = sigma
        self.per = per
        self.unit = unit

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Jitter: (N, M, T, V, C) keeps its shape."""
        keypoint = results['keypoint']
        shape = list(keypoint.shape)
        if self.per == 'clip':
            shape[-3] = 1
        noise = get_rng(results).standard_normal(shape)
        if self.unit == 'raw':
            if 'scale' not in results:
                raise ValueError(
                    "unit='raw' needs NormalizeSkeleton before "
                    'JitterSkeleton, for its scale'
                )
            noise = as_like(noise, keypoint) / results['scale']
        noise *= self.sigma
        results['keypoint'] = jitter(keypoint, noise, results['valid'])
        return results

    def __repr__(self) -> str:
        return (
            f'{self.__class__.__name__}(sigma={self.sigma}, '
            f'per={self.per!r}, unit={self.unit!r})'
        )
