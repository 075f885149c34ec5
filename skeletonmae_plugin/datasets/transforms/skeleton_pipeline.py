"""A pipeline and the facts that it needs, as one step."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform
from mmengine.dataset import Compose

from ..steps import complete_steps


@TRANSFORMS.register_module()
class SkeletonPipeline(BaseTransform):
    """Run a pipeline that leaves the facts of a data set open.

    ``SkeletonDataset`` fills them in itself. This is for those who run a
    config's ``test_pipeline`` without a data set, such as MMAction2's
    ``inference_skeleton``.

    Required Keys: those of the steps

    Args:
        steps: The pipeline.
        facts: What ``complete_steps`` fills in: layout, num_person,
            clip_len, up.
    """

    def __init__(
        self, steps: Sequence[dict | Callable], facts: Mapping[str, Any]
    ) -> None:
        self.pipeline = Compose(complete_steps(steps, **facts))

    def transform(self, results: dict[str, Any]) -> dict[str, Any] | None:
        """Run the steps one after the other."""
        return self.pipeline(results)

    def __repr__(self) -> str:
        return f'{self.__class__.__name__}({self.pipeline})'
