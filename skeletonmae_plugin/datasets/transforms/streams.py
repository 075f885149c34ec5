"""Velocities and bones as input channels, for backbones that make none."""

from collections.abc import Sequence
from typing import Any

from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from ...functional.streams import check_streams, skeleton_streams
from ...layouts import LayoutLike, get_layout


@TRANSFORMS.register_module()
class SkeletonStreams(BaseTransform):
    """Replace the coordinates by concatenated streams.

    For stock backbones in supervised training; ours make their streams
    themselves. A stream that involves a joint that is not valid is 0.

    Required Keys: keypoint (N, M, T, V, C), valid (N, M, T, V)

    Modified Keys: keypoint (N, M, T, V, C * len(streams))

    Args:
        layout: Layout of the joints, for its bones.
        streams: Names of streams, see ``skeleton_streams``.
    """

    #: Works on whole batches after SampleSkeletonFrames, numpy or torch.
    batched = True

    def __init__(self, layout: LayoutLike, streams: Sequence[str]) -> None:
        check_streams(streams)
        self.layout = get_layout(layout)
        self.streams = tuple(streams)

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Make streams: (N, M, T, V, C) -> (N, M, T, V, C * S)."""
        if 'mask' in results:
            raise ValueError(
                'SkeletonStreams cannot follow MaskSkeletonParts: it would '
                'erase the hidden joints, which are the target. The model '
                'makes the streams of masked clips'
            )
        results['keypoint'] = skeleton_streams(
            results['keypoint'],
            self.streams,
            self.layout.parents,
            results['valid'],
        )
        return results

    def __repr__(self) -> str:
        return (
            f'{self.__class__.__name__}(layout={self.layout.name!r}, '
            f'streams={self.streams})'
        )
