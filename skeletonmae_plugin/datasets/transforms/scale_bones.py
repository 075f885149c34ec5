"""Random build."""

from typing import Any

from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from ...functional.arrays import namespace
from ...functional.augment import scale_bones
from ...layouts import LayoutLike, get_layout
from ..randomness import get_rng


@TRANSFORMS.register_module()
class ScaleBones(BaseTransform):
    """Give persons bodies of another build: longer arms, shorter legs.

    Every bone of a person is multiplied by a factor of its own, left and
    right alone, the same in all frames. See
    :func:`skeletonmae_plugin.functional.augment.scale_bones` for joints that
    are not valid or hidden. After ``MaskSkeletonParts``.

    Required Keys: keypoint (N, M, T, V, C), valid (N, M, T, V),
    mask (optional), rng (optional)

    Modified Keys: keypoint

    Args:
        layout: Layout of the joints, for its bones.
        factor: (least, greatest) factor.
        prob: Probability that a clip is changed.
    """

    #: Works on whole batches after SampleSkeletonFrames, numpy or torch.
    batched = True

    def __init__(
        self,
        layout: LayoutLike,
        factor: tuple[float, float] = (0.7, 1.3),
        prob: float = 1.0,
    ) -> None:
        if not 0 < factor[0] <= factor[1]:
            raise ValueError(
                f'factor must be (least, greatest) above 0, got {factor}'
            )
        if not 0 <= prob <= 1:
            raise ValueError(f'prob must be in [0, 1], got {prob}')
        self.layout = get_layout(layout)
        self.factor = factor
        self.prob = prob

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Change the build: (N, M, T, V, C) keeps its shape."""
        keypoint, rng = results['keypoint'], get_rng(results)
        *lead, persons, _, joints, _ = keypoint.shape
        self.layout.check_num_joints(joints)
        factor = rng.uniform(*self.factor, (*lead, persons, joints))
        chosen = rng.random((*lead, 1, 1)) < self.prob
        results['keypoint'] = scale_bones(
            keypoint,
            namespace(factor).where(chosen, factor, 1.0),
            self.layout.parents,
            results['valid'],
            results.get('mask'),
        )
        return results

    def __repr__(self) -> str:
        return (
            f'{self.__class__.__name__}(layout={self.layout.name!r}, '
            f'factor={self.factor}, prob={self.prob})'
        )
