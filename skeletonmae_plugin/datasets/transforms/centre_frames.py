"""Motion in place."""

from typing import Any

from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from ...functional.arrays import for_each_joint, namespace, only, trailing
from ...functional.normalize import body_centre
from ...layouts import LayoutLike, get_layout
from ..randomness import get_rng


@TRANSFORMS.register_module()
class CentreFrames(BaseTransform):
    """Take the way of the body through the clip away, at random.

    What ``NormalizeSkeleton(centre='frame')`` does to all clips is done to
    some: the centre of each frame becomes the origin, and only the pose
    stays. One centre for all persons, from their visible joints: valid and
    not hidden by ``mask``. After ``MaskSkeletonParts``.

    Required Keys: keypoint (N, M, T, V, C), valid (N, M, T, V),
    mask (optional), rng (optional)

    Modified Keys: keypoint

    Args:
        layout: Layout of the joints, for its centre joints.
        prob: Probability that a clip is changed.
    """

    #: Works on whole batches after SampleSkeletonFrames, numpy or torch.
    batched = True

    def __init__(self, layout: LayoutLike, prob: float = 0.3) -> None:
        if not 0 <= prob <= 1:
            raise ValueError(f'prob must be in [0, 1], got {prob}')
        self.layout = get_layout(layout)
        self.prob = prob

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Centre: (N, M, T, V, C) keeps its shape."""
        x, valid = results['keypoint'], results['valid']
        self.layout.check_num_joints(x.shape[-2])
        known = valid & ~results['mask'] if 'mask' in results else valid
        chosen = get_rng(results).random(x.shape[:-4]) < self.prob
        centre = body_centre(x, known, self.layout.centre, 'frame')
        centred = x - for_each_joint(centre[..., 0, :], x.shape[-2])
        results['keypoint'] = only(
            namespace(x).where(trailing(chosen, valid, 4), centred, x), valid
        )
        return results

    def __repr__(self) -> str:
        return (
            f'{self.__class__.__name__}(layout={self.layout.name!r}, '
            f'prob={self.prob})'
        )
