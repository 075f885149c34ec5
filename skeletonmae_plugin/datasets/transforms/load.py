"""From the arrays of a file to coordinates and what is known of them."""

from typing import Any

import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from ...functional.arrays import only
from ...layouts import LayoutLike, get_layout
from ..checks import check_keypoint
from ..known_joints import known_joints


@TRANSFORMS.register_module()
class LoadSkeleton(BaseTransform):
    """Make float32 coordinates, and ``valid`` from the raw numbers.

    The first transform of every pipeline, before anything that could move a
    zero. It takes what ``SkeletonDataset`` hands out as well as the dict of
    MMAction2's ``inference_skeleton``.

    A joint is not valid, and its coordinates become 0, where all of its
    coordinates are 0, one is NaN or infinite, or its score is at most
    ``score_thr``.

    Required Keys: keypoint (M, T, V, C), keypoint_score (M, T, V; optional),
    test_mode (optional)

    Modified Keys: keypoint (float32), keypoint_score (float32)

    Added Keys: valid (bool (M, T, V)), test_mode

    Args:
        layout: Layout that the joints must fit.
        score_thr: Joints with a higher score are seen; at least 0.
        zero_is_missing: Whether a joint at the origin has not been seen.
            False for data that were centred on a joint before.
        test_mode: Whether clips are for a test. None: as the data set says;
            a clip that comes from no data set is one.
    """

    def __init__(
        self,
        layout: LayoutLike,
        score_thr: float = 0.0,
        zero_is_missing: bool = True,
        test_mode: bool | None = None,
    ) -> None:
        if score_thr < 0:
            raise ValueError(
                f'score_thr must be at least 0, got {score_thr}: a joint '
                'whose score is 0 or less has not been seen'
            )
        self.layout = get_layout(layout)
        self.score_thr = score_thr
        self.zero_is_missing = zero_is_missing
        self.test_mode = test_mode

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Load: (M, T, V, C) stays (M, T, V, C)."""
        check_keypoint(results['keypoint'], self.layout)
        keypoint = results['keypoint'].astype(np.float32)
        score = results.get('keypoint_score')
        if score is not None:
            score = score.astype(np.float32)
        valid = known_joints(
            keypoint, score, self.score_thr, self.zero_is_missing
        )
        if score is not None:
            results['keypoint_score'] = np.where(valid, score, 0)
        results['keypoint'] = only(keypoint, valid)
        results['valid'] = valid
        results['test_mode'] = self._is_test(results)
        return results

    def _is_test(self, results: dict) -> bool:
        if self.test_mode is not None:
            return self.test_mode
        if 'sample_idx' in results and 'test_mode' not in results:
            raise ValueError(
                'the data set does not say whether it is for training or for '
                'a test: use SkeletonDataset, or set test_mode in '
                'LoadSkeleton'
            )
        return results.get('test_mode', True)

    def __repr__(self) -> str:
        return (
            f'{self.__class__.__name__}(layout={self.layout.name!r}, '
            f'score_thr={self.score_thr}, '
            f'zero_is_missing={self.zero_is_missing}, '
            f'test_mode={self.test_mode})'
        )
