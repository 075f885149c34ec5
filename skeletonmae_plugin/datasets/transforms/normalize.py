"""Bodies about the origin, of about unit size, y upwards."""

from typing import Any

from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from ...functional.arrays import namespace
from ...functional.normalize import body_centre, normalize, normalize_body
from ...functional.upright import UPWARD, turn_upright
from ...layouts import LayoutLike, get_layout


@TRANSFORMS.register_module()
class NormalizeSkeleton(BaseTransform):
    """Centre and scale a clip from its visible joints, 2D or 3D.

    One centre and one scale for all persons of a clip, so that their places
    and sizes relative to one another are kept. Visible means valid and not
    hidden by ``mask``; hidden joints are moved along, for they are the target
    of pre-training. Joints that are not valid stay exactly 0. With
    ``x = keypoint``: ``x * scale + centre`` are the coordinates of the file,
    turned so that y points upwards.

    Required Keys: keypoint (..., M, T, V, C), valid (..., M, T, V),
    mask (optional)

    Modified Keys: keypoint

    Added Keys: centre (..., 1, 1 or T, 1, C), scale (..., 1, 1, 1, 1)

    Args:
        layout: Layout of the joints, for its centre joints.
        centre: 'clip' takes the centre joints' mean over the clip (a walk
            stays a walk), 'frame' that of each frame (only the pose stays).
        scale: 'body' divides by the root mean square distance of a body's
            joints to their mean; a number divides by it, 1 leaving metres
            metres.
        up: Which way is up in the file, for 3D joints: 'z', or '-y' where y
            points downwards (``functional.upright.UPWARD``). They are turned
            so that y points upwards: ``RotateSkeleton`` turns bodies about
            it, and the shipped weights have learned from such.

    Raises:
        ValueError: If an argument is none of these, or joints in the plane
            are to be turned.
    """

    #: Works on whole batches after SampleSkeletonFrames, numpy or torch.
    batched = True

    def __init__(
        self,
        layout: LayoutLike,
        centre: str = 'clip',
        scale: str | float = 'body',
        up: str = 'y',
    ) -> None:
        if centre not in ('clip', 'frame'):
            raise ValueError(
                f"centre must be 'clip' or 'frame', got {centre!r}"
            )
        if scale != 'body' and (isinstance(scale, str) or scale <= 0):
            raise ValueError(
                f"scale must be 'body' or a number above 0, got {scale!r}"
            )
        if up not in UPWARD:
            raise ValueError(f'up must be of {sorted(UPWARD)}, got {up!r}')
        self.layout = get_layout(layout)
        self.centre = centre
        self.scale = scale
        self.up = up

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Normalise: (..., M, T, V, C) keeps its shape."""
        x, valid = turn_upright(results['keypoint'], self.up), results['valid']
        known = valid & ~results['mask'] if 'mask' in results else valid
        joints = self.layout.centre
        if self.scale == 'body':
            x, centre, scale = normalize_body(
                x, known, valid, joints, self.centre
            )
        else:
            centre = body_centre(x, known, joints, self.centre)
            scale = namespace(x).full_like(x[..., :1, :1, :1, :1], self.scale)
            x = normalize(x, centre, scale, valid)
        results.update(keypoint=x, centre=centre, scale=scale)
        return results

    def __repr__(self) -> str:
        return (
            f'{self.__class__.__name__}(layout={self.layout.name!r}, '
            f'centre={self.centre!r}, scale={self.scale!r}, up={self.up!r})'
        )
