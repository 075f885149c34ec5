"""From a batch of packed clips to the model's keywords."""

from typing import Any

import torch
from mmaction.registry import MODELS
from mmengine.model import BaseDataPreprocessor
from torch import Tensor


@MODELS.register_module()
class SkeletonDataPreprocessor(BaseDataPreprocessor):
    """Stack clips, move them to the device, hand them over by name.

    The clips of a sample (``num_clips``) join the batch axis, so that N =
    batch x clips.

    Shapes:
        - in: ``inputs`` a list of (num_clips, M, T, V, C), ``mask`` and
          ``valid`` (optional) of (num_clips, M, T, V)
        - out: ``inputs`` (N, M, T, V, C); ``mask``, ``valid`` (N, M, T, V)
          bool; ``data_samples`` as they came
    """

    def forward(self, data: dict, training: bool = False) -> dict[str, Any]:
        """The keywords of the model's ``forward``."""
        data = dict(self.cast_data(data))
        for key in ('inputs', 'mask', 'valid'):
            if data.get(key) is not None:
                data[key] = _join(data[key], key)
        data['inputs'] = data['inputs'].float()
        return data


def _join(clips: Tensor | list[Tensor], key: str) -> Tensor:
    shapes = {tuple(clip.shape) for clip in clips}
    if len(shapes) != 1:
        raise ValueError(
            f'the clips of a batch must have one shape, but {key} has '
            f'{sorted(shapes)}; give all sources the same num_person, '
            'clip_len and layout'
        )
    return (
        clips.flatten(0, 1)
        if isinstance(clips, Tensor)
        else torch.cat(list(clips))
    )
