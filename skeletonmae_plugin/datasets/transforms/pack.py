"""From a dict of arrays to what a model takes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from mmaction.registry import TRANSFORMS
from mmaction.structures import ActionDataSample
from mmcv.transforms import BaseTransform

from ...functional.arrays import Array

#: Facts of a batch that have one entry a clip; others have num_clips rows.
_SIZES = ('img_shape', 'original_shape')
_ONE_A_CLIP = ('frame_dir', 'sample_idx', 'total_frames', *_SIZES)


@TRANSFORMS.register_module()
class PackSkeletonInputs(BaseTransform):
    """Pack clips as tensors beside their data sample.

    ``keys=()`` gives MMAction2's own format, for ``ActionDataPreprocessor``
    and ``RecognizerGCN``; ``SkeletonDataPreprocessor`` takes the rest as well.
    In that format the inputs of a batch are a list, (num_clips, M, T, V, C)
    of each sample.

    Required Keys: keypoint (N, M, T, V, C), those of ``keys`` (N, M, T, V),
    label (optional)

    Returns:
        dict: ``inputs`` float (N, M, T, V, C), ``data_samples`` (an
        ``ActionDataSample`` with ``gt_label`` if there is a label, and the
        meta keys; a list of one for each clip of a batch), and each of
        ``keys`` that there is.

    Args:
        keys: Further arrays to hand to the model; those that a clip does not
            have are left out (no ``mask`` without ``MaskSkeletonParts``).
            ``sample_idx``, (1,) of a clip and (B,) of a batch, is asked for
            by ``AgreementHead``.
        meta_keys: Facts to keep in the data sample, where there are any.
        data_samples: Whether to make data samples. Pre-training reads none,
            and to make them costs more than to augment the clips.
    """

    #: Works on whole batches after SampleSkeletonFrames, numpy or torch.
    batched = True

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
        data_samples: bool = True,
    ) -> None:
        self.keys = tuple(keys)
        self.meta_keys = tuple(meta_keys)
        self.data_samples = data_samples

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Pack: arrays become tensors of the same shape."""
        keypoint = results['keypoint']
        if keypoint.ndim != 5:
            raise ValueError(
                'keypoint must be (N, M, T, V, C), got shape '
                f'{tuple(keypoint.shape)}; put SampleSkeletonFrames '
                'into the pipeline'
            )
        packed: dict[str, Any] = dict(inputs=_tensor(keypoint))
        if not self.keys and 'batch_size' in results:
            rows = packed['inputs'].split(results['num_clips'])
            packed['inputs'] = list(rows)
        for key in self.keys:
            if results.get(key) is not None:
                packed[key] = _tensor(results[key])
        if self.data_samples:
            packed['data_samples'] = (
                self._samples(results)
                if 'batch_size' in results
                else self._sample(results)
            )
        return packed

    def _samples(self, results: dict[str, Any]) -> list[ActionDataSample]:
        """One data sample for each clip of a batch."""
        rows = results['num_clips']
        facts = {
            key: _numpy(results[key])
            for key in (*self.meta_keys, 'label')
            if results.get(key) is not None
        }
        samples = []
        for clip in range(results['batch_size']):
            own = {}
            for key, value in facts.items():
                if key in _SIZES and not all(value[clip]):
                    continue  # not known
                if not isinstance(value, (np.ndarray, list, tuple)):
                    own[key] = value  # of the whole batch
                elif key in (*_ONE_A_CLIP, 'label'):
                    own[key] = _plain(value[clip])
                else:
                    own[key] = value[clip * rows : (clip + 1) * rows]
            if own.get('label', -1) < 0:
                own.pop('label', None)  # not known
            samples.append(self._sample(own))
        return samples

    def _sample(self, results: dict[str, Any]) -> ActionDataSample:
        sample = ActionDataSample()
        if results.get('label') is not None:
            sample.set_gt_label(int(results['label']))
        for key in self.meta_keys:
            if key in results:
                # set_metainfo would copy what nobody else holds.
                sample.set_field(results[key], key, field_type='metainfo')
        return sample

    def __repr__(self) -> str:
        return (
            f'{self.__class__.__name__}(keys={self.keys}, '
            f'meta_keys={self.meta_keys}, data_samples={self.data_samples})'
        )


def _tensor(array: Array) -> torch.Tensor:
    if isinstance(array, torch.Tensor):
        return array
    return torch.from_numpy(np.ascontiguousarray(array))


def _numpy(value: Any) -> Any:
    return value.cpu().numpy() if isinstance(value, torch.Tensor) else value


def _plain(value: Any) -> Any:
    """A number or a tuple of numbers, as in the file of a clip."""
    if not isinstance(value, (np.ndarray, np.generic)):
        return value
    return tuple(value.tolist()) if value.ndim else value.item()
