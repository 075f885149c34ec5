"""The channels that MMAction2's own pipelines expect."""

from typing import Any

import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from ..known_joints import known_joints


@TRANSFORMS.register_module()
class StockChannels(BaseTransform):
    """Have a score in 2D and none in 3D, so that three channels come out.

    MMAction2's ``GenSkeFeat(dataset='coco')`` appends the score to x and y if
    there is one, and stops at a score of 3D joints; its ST-GCN++ takes three
    channels. Files differ: 2D joints without a score get 1 where they are
    valid, the score of 3D joints is dropped. A 2D clip with a score and a 3D
    clip without one stay as they are. Where nothing has told yet what is
    valid, the coordinates do, see ``known_joints``.

    Required Keys: keypoint (..., C), valid (...; optional), keypoint_score
    (optional)

    Modified Keys: keypoint_score
    """

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Add or drop keypoint_score (M, T, V)."""
        if results['keypoint'].shape[-1] == 3:
            results.pop('keypoint_score', None)
        elif results.get('keypoint_score') is None:
            valid = results.get('valid')
            if valid is None:
                valid = known_joints(results['keypoint'])
            results['keypoint_score'] = valid.astype(np.float32)
        return results

    def __repr__(self) -> str:
        return f'{self.__class__.__name__}()'
