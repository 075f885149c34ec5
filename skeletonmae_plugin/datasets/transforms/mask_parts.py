"""Which joints pre-training hides."""
from collections.abc import Sequence
from typing import Any

import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from ...layouts import LayoutLike, get_layout
from ...masking import (
    check_period,
    check_ratio,
    draw_joint_mask,
    draw_part_mask,
    given_parts_mask,
    part_range,
)
from ..randomness import get_rng


@TRANSFORMS.register_module()
class MaskSkeletonParts(BaseTransform):
    """Hide parts of the body, or single joints, from the encoder.

    Exactly one of ``parts``, ``num_parts`` and ``ratio`` is given. Every
    person draws alone. Never are all valid joints of a person hidden in a
    frame (see ``masking``). In training the draw is random, in a test it is a
    function of the clip's name. Stands before ``NormalizeSkeleton``, which
    looks at visible joints only.

    Required Keys: keypoint (..., M, T, V, C), valid (..., M, T, V),
    rng (optional)

    Added Keys: mask (bool (..., M, T, V), True = hidden)

    Args:
        layout: Layout of the joints.
        parts: Names of the parts to hide, always the same.
        num_parts: How many parts are drawn and hidden, or (least, greatest).
        ratio: Part of the joints that are drawn and hidden.
        per: How long a draw lives: 'frame', 'clip' or 'tube' (``tube_len``
            frames). Given parts are the same in all frames anyhow.
        tube_len: Frames of a tube.

    Example:
        >>> MaskSkeletonParts('coco', num_parts=(1, 2), per='tube', tube_len=8)
        MaskSkeletonParts(layout='coco', num_parts=(1, 2), per='tube', tube_len=8)
    """  # noqa: E501

    def __init__(self,
                 layout: LayoutLike,
                 parts: Sequence[str] | None = None,
                 num_parts: int | tuple[int, int] | None = None,
                 ratio: float | None = None,
                 per: str = 'clip',
                 tube_len: int = 1) -> None:
        self.layout = get_layout(layout)
        given = dict(parts=parts, num_parts=num_parts, ratio=ratio)
        self.mode = {k: v for k, v in given.items() if v is not None}
        if len(self.mode) != 1:
            raise ValueError('give exactly one of parts, num_parts and '
                             f'ratio, got {self.mode or "none"}')
        check_period(per, tube_len)
        if parts is not None:
            self.parts = self.layout.part_indices(parts)
            given_parts_mask(self.layout.part_matrix, self.parts, (1, ))
        elif num_parts is not None:
            part_range(num_parts, len(self.layout.parts))
        elif ratio is not None:
            check_ratio(ratio)
        self.per = per
        self.tube_len = tube_len

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Draw a mask of the shape of ``valid``."""
        if 'centre' in results:
            raise ValueError(
                'MaskSkeletonParts must stand before NormalizeSkeleton: a '
                'centre and scale that were computed with the joints it hides '
                'would give them away')
        results['mask'] = self._draw(results, results['valid'])
        return results

    def _draw(self, results: dict, valid: np.ndarray) -> np.ndarray:
        layout, shape = self.layout, valid.shape[:-1]
        if 'parts' in self.mode:
            return given_parts_mask(layout.part_matrix, self.parts, shape,
                                    valid)
        period = dict(per=self.per, tube_len=self.tube_len, valid=valid)
        if 'num_parts' in self.mode:
            return draw_part_mask(
                get_rng(results), layout.part_matrix, self.mode['num_parts'],
                shape, **period)
        return draw_joint_mask(
            get_rng(results), layout.num_joints, self.mode['ratio'], shape,
            **period)

    def __repr__(self) -> str:
        (mode, value), = self.mode.items()
        return (f'{self.__class__.__name__}(layout={self.layout.name!r}, '
                f'{mode}={value!r}, per={self.per!r}, '
                f'tube_len={self.tube_len})')
