"""From a dict of arrays to what a model takes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from mmaction.registry import TRANSFORMS
from mmaction.structures import ActionDataSample
from mmcv.transforms import BaseTransform


@TRANSFORMS.register_module()
class PackSkeletonInputs(BaseTransform):
    """Pack clips as tensors beside their data sample.

    ``keys=()`` gives MMAction2's own format, for ``ActionDataPreprocessor``
    and ``RecognizerGCN``; ``SkeletonDataPreprocessor`` takes the rest as well.

    Required Keys: keypoint (N, M, T, V, C), those of ``keys`` (N, M, T, V),
    label (optional)

    Returns:
        dict: ``inputs`` float (N, M, T, V, C), ``data_samples`` (an
        ``ActionDataSample`` with ``gt_label`` if there is a label, and the
        meta keys), and each of ``keys`` that there is.

    Args:
        keys: Further arrays to hand to the model; those that a clip does not
            have are left out (no ``mask`` without ``MaskSkeletonParts``).
        meta_keys: Facts to keep in the data sample, where there are any.
    """

    def __init__(
        self,
        keys: Sequence[str] = ('mask', 'valid'),
        meta_keys: Sequence[str] = (
            'frame_dir',
            'img_shape',
            'total_frames',
            'frame_inds',
            'centre',
            'scale',
        ),
    ) -> None:
        self.keys = tuple(keys)
        self.meta_keys = tuple(meta_keys)

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Pack: arrays become tensors of the same shape."""
        keypoint = results['keypoint']
        if keypoint.ndim != 5:
            raise ValueError(
                'keypoint must be (N, M, T, V, C), got shape '
                f'{keypoint.shape}; put SampleSkeletonFrames '
                'into the pipeline'
            )
        packed = {
            key: _tensor(results[key])
            for key in self.keys
            if results.get(key) is not None
        }
        sample = ActionDataSample()
        if results.get('label') is not None:
            sample.set_gt_label(int(results['label']))
        sample.set_metainfo(
            {key: results[key] for key in self.meta_keys if key in results}
        )
        return dict(inputs=_tensor(keypoint), data_samples=sample, **packed)

    def __repr__(self) -> str:
        return (
            f'{self.__class__.__name__}(keys={self.keys}, '
            f'meta_keys={self.meta_keys})'
        )


def _tensor(array: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(array))
