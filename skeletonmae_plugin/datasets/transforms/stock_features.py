"""MMAction2's four streams, for any skeleton."""

from typing import Any

from mmaction.datasets.transforms import GenSkeFeat, JointToBone
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from ...layouts import Layout, LayoutLike, get_layout

#: Joint, bone, and the motion of either.
STREAMS = ('j', 'b', 'jm', 'bm')
#: Layouts of which MMAction2 has bones of its own.
STOCK_LAYOUTS = ('coco', 'nturgb+d', 'openpose')


@TRANSFORMS.register_module()
class StockFeatures(BaseTransform):
    """MMAction2's ``GenSkeFeat`` of one stream, on any layout.

    ``GenSkeFeat`` knows the bones of three skeletons, and treats the third
    channel as a score for two of them even where it is a coordinate. This is
    ``GenSkeFeat`` itself, given the bones of the layout (its own, where it
    has them) and told what the third channel is: a score if the clip has
    scores, which ``StockChannels`` sees to.

    Required Keys: keypoint (M, T, V, C), keypoint_score (M, T, V; optional)

    Modified Keys: keypoint (M, T, V, C, or C + 1 with scores)

    Args:
        layout: Layout of the joints, for its bones.
        stream: 'j' joints, 'b' bones, 'jm' or 'bm' the motion of either.

    Raises:
        ValueError: If there is no such stream.
    """

    def __init__(self, layout: LayoutLike, stream: str = 'j') -> None:
        if stream not in STREAMS:
            raise ValueError(
                f'stream must be one of {", ".join(STREAMS)}, got {stream!r}; '
                'each is fed to a model of its own'
            )
        self.layout = get_layout(layout)
        self.stream = stream
        pairs = _bones(self.layout)
        # Of all skeletons that it knows these two differ in the third channel.
        self.flat = _features('coco', stream, pairs)
        self.deep = _features('nturgb+d', stream, pairs)

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Replace the joints by the stream, with scores behind it."""
        scored = 'keypoint_score' in results
        return (self.flat if scored else self.deep)(results)

    def __repr__(self) -> str:
        return (
            f'{self.__class__.__name__}(layout={self.layout.name!r}, '
            f'stream={self.stream!r})'
        )


def _features(dataset: str, stream: str, pairs: list) -> GenSkeFeat:
    features = GenSkeFeat(dataset=dataset, feats=[stream])
    for step in features.ops.transforms:
        if isinstance(step, JointToBone):
            step.pairs = pairs
    return features


def _bones(layout: Layout) -> list[tuple[int, int]]:
    """(joint, parent) of each bone."""
    if layout.name in STOCK_LAYOUTS and layout == get_layout(layout.name):
        return list(JointToBone(dataset=layout.name).pairs)
    return list(enumerate(layout.parents))
