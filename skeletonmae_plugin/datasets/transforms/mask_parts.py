"""Which joints pre-training hides."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from ...functional.arrays import Array, constant, pick_rows
from ...layouts import LayoutLike, get_layout
from ...masking import (
    check_period,
    draw_joint_mask,
    draw_part_mask,
    given_parts_mask,
)
from ..randomness import get_rng


@TRANSFORMS.register_module()
class MaskSkeletonParts(BaseTransform):
    """Hide parts of the body, or single joints, from the encoder.

    Exactly one of ``parts``, ``num_masked_parts`` and ``mask_ratio`` is
    given. Every person draws alone. Never are all valid joints of a person
    hidden in a frame (see ``masking``). In training the draw is random, in a
    test it is a function of the clip's name. A frame that a short clip shows
    in several steps is hidden alike in all of them: one that showed what
    another hides would give it away. Stands before ``NormalizeSkeleton``,
    which looks at visible joints only.

    With several clips (views) of a sample, as ``SampleSkeletonFrames`` takes
    them with ``num_clips``, ``num_masked_clips`` leaves some of them whole.

    Required Keys: valid (..., M, T, V), frame_inds ((..., T), optional),
    num_clips (in a whole batch), rng (optional)

    Added Keys: mask (bool (..., M, T, V), True = hidden)

    Args:
        layout: Layout of the joints.
        parts: Names of the parts to hide, always the same.
        num_masked_parts: How many parts are drawn and hidden, or (least,
            greatest).
        mask_ratio: Part of the joints that are drawn and hidden.
        per: How long a draw lives: 'frame', 'clip' or 'tube' (``tube_len``
            frames). Given parts are the same in all frames anyhow.
        tube_len: Frames of a tube.
        num_masked_clips: How many clips of a sample hide joints, the first
            ones; nothing is hidden in its others. None: all hide. 0: none,
            for a pre-training by the agreement of views alone.

    Example:
        >>> hide = MaskSkeletonParts('coco', num_masked_parts=2, per='frame')
        >>> hide(dict(valid=np.ones((1, 2, 32, 17), bool)))['mask'].shape
        (1, 2, 32, 17)
    """

    #: Works on whole batches after SampleSkeletonFrames, numpy or torch.
    batched = True

    def __init__(
        self,
        layout: LayoutLike,
        parts: Sequence[str] | None = None,
        num_masked_parts: int | tuple[int, int] | None = None,
        mask_ratio: float | None = None,
        per: str = 'clip',
        tube_len: int = 1,
        num_masked_clips: int | None = None,
    ) -> None:
        self.layout = get_layout(layout)
        given = dict(
            parts=parts,
            num_masked_parts=num_masked_parts,
            mask_ratio=mask_ratio,
        )
        given = {
            key: value for key, value in given.items() if value is not None
        }
        if len(given) != 1:
            raise ValueError(
                'give exactly one of parts, num_masked_parts and '
                f'mask_ratio, got {given or "none"}'
            )
        check_period(per, tube_len)
        if num_masked_clips is not None and num_masked_clips < 0:
            raise ValueError(
                'num_masked_clips must be at least 0, or None for all, got '
                f'{num_masked_clips}'
            )
        self.parts = parts
        self.num_masked_parts = num_masked_parts
        self.mask_ratio = mask_ratio
        self.per = per
        self.tube_len = tube_len
        self.num_masked_clips = num_masked_clips
        # A mask drawn now tells at once what does not fit.
        self._draw(
            np.random.default_rng(0),
            np.ones((1, self.layout.num_joints), bool),
        )

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Draw a mask of the shape of ``valid``."""
        if 'centre' in results:
            raise ValueError(
                'MaskSkeletonParts must stand before NormalizeSkeleton: a '
                'centre and scale that were computed with the joints it hides '
                'would give them away'
            )
        mask = self._draw(get_rng(results), results['valid'])
        # One draw for all frames hides a frame that is shown again alike.
        varies = self.parts is None and self.per != 'clip'
        if varies and 'frame_inds' in results:
            mask = _as_first_shown(mask, results['frame_inds'])
        if self.num_masked_clips is not None:
            mask = mask & self._hiding_clips(results)
        results['mask'] = mask
        return results

    def _draw(self, rng: Any, valid: Array) -> Array:
        layout, shape = self.layout, valid.shape[:-1]
        if self.parts is not None:
            return given_parts_mask(
                layout.part_matrix,
                layout.part_indices(self.parts),
                shape,
                valid,
            )
        if self.num_masked_parts is not None:
            return draw_part_mask(
                rng,
                layout.part_matrix,
                self.num_masked_parts,
                shape,
                self.per,
                self.tube_len,
                valid,
            )
        assert self.mask_ratio is not None  # exactly one of the three is given
        return draw_joint_mask(
            rng,
            layout.num_joints,
            self.mask_ratio,
            shape,
            self.per,
            self.tube_len,
            valid,
        )

    def _hiding_clips(self, results: dict[str, Any]) -> Array:
        """Bool (N, 1, 1, 1), the clips of which joints may be hidden."""
        valid, hiding = results['valid'], self.num_masked_clips
        assert hiding is not None
        if valid.ndim != 4:
            raise ValueError(
                f'num_masked_clips={hiding} needs valid of shape '
                f'(N, M, T, V), got {tuple(valid.shape)}; put '
                'MaskSkeletonParts after SampleSkeletonFrames'
            )
        total = len(valid)
        rows = results['num_clips'] if 'batch_size' in results else total
        if hiding > rows:
            raise ValueError(
                f'num_masked_clips={hiding} but a sample has {rows} clips; '
                'raise num_clips of SampleSkeletonFrames'
            )
        chosen = [row % rows < hiding for row in range(total)]
        return constant(chosen, valid)[:, None, None, None]

    def __repr__(self) -> str:
        return (
            f'{self.__class__.__name__}(layout={self.layout.name!r}, '
            f'parts={self.parts}, '
            f'num_masked_parts={self.num_masked_parts}, '
            f'mask_ratio={self.mask_ratio}, per={self.per!r}, '
            f'tube_len={self.tube_len}, '
            f'num_masked_clips={self.num_masked_clips})'
        )


def _as_first_shown(mask: Array, frames: Array) -> Array:
    """Give each step the mask of the first step with the same raw frame.

    Args:
        mask: Bool (..., M, T, V).
        frames: (..., T) numbers of the raw frames.
    """
    if isinstance(mask, torch.Tensor):
        frames = torch.as_tensor(frames, device=mask.device)
        return _of_first_steps(mask, frames)
    # Most clips are long enough to show no frame twice.
    repeats = ~(np.diff(frames) > 0).all(-1)
    if repeats.any():
        mask = mask.copy()
        mask[repeats] = _of_first_steps(mask[repeats], frames[repeats])
    return mask


def _of_first_steps(mask: Array, frames: Array) -> Array:
    same = frames[..., :, None] == frames[..., None, :]
    if isinstance(same, torch.Tensor):
        same = same.byte()  # argmax takes no bool
    first = same.argmax(-1)  # (..., T), the first of equals
    return pick_rows(mask, first[..., None, :])
