"""From a batch of packed clips to the model's keywords."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from mmaction.registry import MODELS
from mmengine.model import BaseDataPreprocessor
from mmengine.structures import BaseDataElement
from torch import Tensor

#: Axes of what goes to the model: (N, M, T, V, C), (N, M, T, V), (batch,).
_AXES = dict(inputs=5, mask=4, valid=4, sample_idx=1)
#: Of a batch whose transforms run here, what they compute with.
_COMPUTED = ('keypoint', 'keypoint_score', 'valid', 'mask', 'frame_inds')


@MODELS.register_module()
class SkeletonDataPreprocessor(BaseDataPreprocessor):
    """Stack clips, move them to the device, hand them over by name.

    The clips of a sample (``num_clips``) join the batch axis, so that N =
    batch x clips. A batch that ``SkeletonDataset`` has made as a whole is
    taken as it is. If transforms are still to run on it (its key
    ``transforms``, the last of them ``PackSkeletonInputs``), they run here,
    on the model's device.

    Shapes:
        - in: ``inputs`` a list of (num_clips, M, T, V, C), one tensor of
          them or (N, M, T, V, C); ``mask`` and ``valid`` (optional) likewise,
          without C; ``sample_idx`` (optional) a list of (1,), or (batch,)
        - out: ``inputs`` (N, M, T, V, C); ``mask``, ``valid`` (N, M, T, V)
          bool; ``sample_idx`` (batch,); ``data_samples`` as they came
    """

    def forward(self, data: dict, training: bool = False) -> dict[str, Any]:
        """The keywords of the model's ``forward``."""
        data = dict(data)
        transforms = data.pop('transforms', None)
        if transforms is not None:
            data = self._transformed(data, transforms)
        data = dict(self.cast_data(data))
        for key in _AXES:
            if data.get(key) is not None:
                data[key] = _join(data[key], key)
        data['inputs'] = data['inputs'].float()
        return data

    def cast_data(self, data: Any) -> Any:
        """On the model's device; data samples are new, to be written into.

        On a CPU they hold the very values of those that came: to move a
        sample would copy them one by one.
        """
        if isinstance(data, BaseDataElement) and self.device.type == 'cpu':
            return _shallow(data)
        return super().cast_data(data)

    @torch.no_grad()
    def _transformed(
        self, results: dict[str, Any], transforms: Sequence[Callable]
    ) -> dict[str, Any]:
        """What the transforms make of a batch on this device."""
        for key in _COMPUTED:
            if results.get(key) is not None:
                results[key] = self._moved(results[key])
        if 'rng' in results:
            results['rng'] = results['rng'].to(self.device)
        # A training step is under autocast here: not for coordinates.
        with torch.autocast(self.device.type, enabled=False):
            for transform in transforms:
                results = transform(results)
        if 'inputs' not in results:
            raise ValueError(
                'the transforms of a batch must end with PackSkeletonInputs, '
                f'got {[type(step).__name__ for step in transforms]}'
            )
        return results

    def _moved(self, array: np.ndarray | Tensor) -> Tensor:
        if isinstance(array, np.ndarray):
            array = torch.from_numpy(array)
        return array.to(self.device, non_blocking=True)


def _shallow(sample: BaseDataElement) -> BaseDataElement:
    new = type(sample)()
    for key, value in sample.metainfo_items():
        new.set_field(value, key, field_type='metainfo')
    for key, value in sample.items():
        new.set_field(value, key)
    return new


def _join(clips: Tensor | list[Tensor], key: str) -> Tensor:
    if isinstance(clips, Tensor):
        joined = clips.ndim == _AXES[key]
        return clips if joined else clips.flatten(0, 1)
    shapes = {tuple(clip.shape) for clip in clips}
    if len(shapes) != 1:
        raise ValueError(
            f'the clips of a batch must have one shape, but {key} has '
            f'{sorted(shapes)}; give all sources the same num_person, '
            'clip_len and layout'
        )
    return torch.cat(list(clips))
