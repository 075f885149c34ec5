"""A fixed number of frames from a clip of any length."""

from typing import Any

import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from ...functional.sampling import (
    centre_offsets,
    draw_window,
    frame_indices,
    take_frames,
)
from ..randomness import get_rng
from .rank_persons import JOINT_KEYS


@TRANSFORMS.register_module()
class SampleSkeletonFrames(BaseTransform):
    """Take one frame from each of ``clip_len`` equal segments of time.

    In training a random frame of each segment, of a random window of time
    and at a changing speed if asked; in a test (``results['test_mode']``)
    always the same ones, the middles of the segments of the whole clip.
    Several clips of a test take different places in each segment.

    Required Keys: keypoint (M, T, V, C), valid, test_mode,
    keypoint_score (optional), mask (optional), rng (optional)

    Modified Keys: keypoint (N, M, clip_len, V, C), valid and the others
    (N, M, clip_len, V) with N = num_clips

    Added Keys: frame_inds (N, clip_len)

    Args:
        clip_len: Number of frames T to take.
        num_clips: Number N of clips to take. A stock ``GCNHead`` can be
            tested with several, not trained.
        crop: (least, greatest) length of the window of time, as parts of the
            clip. None: the whole clip.
        speed: (least, greatest) speed at the beginning of the window, within
            (0, 2); 1 is its mean and 2 - speed is had at the end. None:
            even speed.
    """

    def __init__(
        self,
        clip_len: int,
        num_clips: int = 1,
        crop: tuple[float, float] | None = None,
        speed: tuple[float, float] | None = None,
    ) -> None:
        if clip_len < 1 or num_clips < 1:
            raise ValueError(
                'clip_len and num_clips must be at least 1, got '
                f'{clip_len} and {num_clips}'
            )
        if crop is not None and not 0 < crop[0] <= crop[1] <= 1:
            raise ValueError(
                f'crop must be (least, greatest) in (0, 1], got {crop}'
            )
        if speed is not None and not 0 < speed[0] <= speed[1] < 2:
            raise ValueError(
                f'speed must be (least, greatest) within (0, 2), got {speed}'
            )
        self.clip_len = clip_len
        self.num_clips = num_clips
        self.crop = crop
        self.speed = speed

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Sample: (M, T, V, ...) -> (N, M, clip_len, V, ...)."""
        _check_flags(results)
        test_mode = results['test_mode']
        rng = None if test_mode else get_rng(results)
        num_frames = np.array([results['keypoint'].shape[1]])
        frames = self.draw_frames(rng, num_frames, test_mode)
        for key in JOINT_KEYS:
            if results.get(key) is not None:
                results[key] = take_frames(results[key], frames)
        results['frame_inds'] = frames
        return results

    def draw_frames(
        self, rng: Any, num_frames: np.ndarray, test_mode: bool
    ) -> np.ndarray:
        """Frames of B clips at once.

        Args:
            rng: Source of random numbers, a ``ClipRandom`` of the B clips.
                A test draws none.
            num_frames: (B,) number of frames of each.
            test_mode: Whether the clips are for a test.

        Returns:
            (B num_clips, clip_len) int64, the rows of a clip together.
        """
        total = np.repeat(num_frames, self.num_clips)
        if test_mode:
            offset = centre_offsets(self.num_clips, self.clip_len)
            offset = np.tile(offset, (len(num_frames), 1))
            return frame_indices(total, offset)
        size = (len(total),)
        start, length = draw_window(rng, self.crop or (1.0, 1.0), size)
        speed = rng.uniform(*(self.speed or (1.0, 1.0)), size)
        offset = rng.random((*size, self.clip_len)).astype(np.float64)
        return frame_indices(total, offset, start, length, speed)

    def __repr__(self) -> str:
        return (
            f'{self.__class__.__name__}(clip_len={self.clip_len}, '
            f'num_clips={self.num_clips}, crop={self.crop}, '
            f'speed={self.speed})'
        )


def _check_flags(results: dict[str, Any]) -> None:
    """Refuse joints of which ``valid`` no longer speaks, if shapes tell."""
    joints, valid = results['keypoint'].shape[:-1], results.get('valid')
    if valid is not None and valid.shape != joints:
        raise ValueError(
            f'valid must be of the joints (M, T, V) = {joints}, got '
            f'{valid.shape}: a step behind LoadSkeleton has taken frames out, '
            "as MMAction2's PreNormalize3D does; take NormalizeSkeleton for it"
        )
