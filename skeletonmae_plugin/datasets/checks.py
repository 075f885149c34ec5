"""Checks of one clip of a skeleton file."""

from collections.abc import Callable, Iterator
from reprlib import Repr
from typing import Any

import numpy as np

from ..layouts import Layout

#: Labels and sizes are kept in 64 bits.
_LARGEST = np.iinfo(np.int64).max
_short = Repr()
_short.maxstring = _short.maxother = 60
_short.maxlevel = 2


def in_words(value: Any) -> str:
    """Anything in a short line.

    A pickle can hold numbers of any size, and lists within lists whose whole
    text would never end.
    """
    try:
        return _short.repr(value)
    except ValueError:
        return f'a large {type(value).__name__}'


class ClipFault(ValueError):
    """Why a clip cannot be used.

    Args:
        message: In words.
        kind: One word, the same for all faults of a kind.
    """

    def __init__(self, message: str, kind: str = '') -> None:
        super().__init__(message)
        self.kind = kind


def clip_name(clip: Any) -> str:
    """``frame_dir``, or ``filename`` as some files call it."""
    if not isinstance(clip, dict):
        raise ValueError(
            f'an annotation must be a dict, got {type(clip).__name__}'
        )
    name = clip.get('frame_dir', clip.get('filename'))
    if not isinstance(name, str):
        raise ValueError(
            "misses the key 'frame_dir' (a string); it has "
            f'{", ".join(map(str, clip))}'
        )
    return name


def check_clip(
    clip: dict, layout: Layout, num_classes: int | None = None
) -> None:
    """Raise the first of ``clip_faults``, if there is one."""
    for fault in clip_faults(clip, layout, num_classes):
        raise fault


def clip_faults(
    clip: dict, layout: Layout, num_classes: int | None = None
) -> Iterator[ClipFault]:
    """All that is wrong with a clip.

    Args:
        clip: Annotation with ``keypoint`` (M, T, V, C) and perhaps
            ``keypoint_score`` (M, T, V), ``total_frames``, ``label``,
            ``img_shape``, ``original_shape``.
        layout: The layout that V must fit.
        num_classes: If given, labels must be below.

    Yields:
        A fault of each kind. Score and ``total_frames`` are compared with
        ``keypoint``, and not looked at where that is wrong itself.
    """
    wrong = list(_raised('keypoint', _check_array, clip, layout))
    yield from wrong
    if not wrong:
        shape = clip['keypoint'].shape
        score = clip.get('keypoint_score')
        yield from _raised('keypoint_score', _check_score, score, shape)
        frames = clip.get('total_frames', shape[1])
        yield from _raised('total_frames', _check_frames, frames, shape)
    yield from _raised('label', check_label, clip.get('label'), num_classes)
    for key in ('img_shape', 'original_shape'):
        yield from _raised(key, _check_size, key, clip.get(key))


def _raised(
    kind: str, check: Callable[..., None], *args: Any
) -> Iterator[ClipFault]:
    """What a check raises, if it does."""
    try:
        check(*args)
    except ClipFault as fault:
        yield fault
    except ValueError as error:
        yield ClipFault(str(error), kind)


def _check_array(clip: dict, layout: Layout) -> None:
    if 'keypoint' not in clip:
        raise ValueError(
            "misses the key 'keypoint', an array (M, T, V, C); "
            f'it has {", ".join(map(str, clip))}'
        )
    check_keypoint(clip['keypoint'], layout)


def _check_frames(frames: Any, shape: tuple[int, ...]) -> None:
    if frames != shape[1]:
        raise ValueError(
            f'total_frames is {in_words(frames)} but keypoint has '
            f'T={shape[1]} frames; write the number of frames of keypoint '
            '(M, T, V, C), whose axes may be exchanged'
        )


def check_keypoint(keypoint: Any, layout: Layout) -> None:
    """Raise ``ValueError`` unless it is an array (M, T, V, C) of numbers."""
    _check_numbers('keypoint', keypoint)
    if keypoint.ndim != 4:
        raise ClipFault(
            'keypoint must have the four axes (M, T, V, C): '
            'persons, frames, joints, coordinates; got shape '
            f'{keypoint.shape}. A single person needs M=1: '
            'keypoint[None]',
            'axes',
        )
    num_person, num_frames, num_joints, num_coords = keypoint.shape
    if not num_person or not num_frames:
        raise ClipFault(
            f'keypoint is empty: M={num_person} persons and T='
            f'{num_frames} frames; leave the clip out',
            'empty',
        )
    try:
        layout.check_num_joints(num_joints)
    except ValueError as error:
        raise ClipFault(str(error), 'joints') from None
    if num_coords not in (2, 3):
        raise ClipFault(
            f'keypoint must have C=2 or 3 coordinates, got C={num_coords} '
            '(a score belongs into keypoint_score)',
            'coordinates',
        )
    # One number usually settles it; only a suspect clip is read in full.
    if not (np.isfinite(keypoint.flat[0]) or np.isfinite(keypoint).any()):
        raise ClipFault('keypoint holds nothing but NaN or inf', 'all_nan')


def _check_score(score: Any, shape: tuple[int, ...]) -> None:
    if score is None:
        return
    _check_numbers('keypoint_score', score)
    if score.shape != shape[:3]:
        raise ValueError(
            f'keypoint_score must have shape (M, T, V) = {shape[:3]} as '
            f'keypoint {shape}, got {score.shape}'
        )


def _check_numbers(key: str, array: Any) -> None:
    if not isinstance(array, np.ndarray):
        raise ValueError(
            f'{key} must be a numpy array, got {type(array).__name__}'
        )
    if array.dtype.kind not in 'fiu':
        raise ValueError(
            f'{key} must hold numbers, got dtype {array.dtype} '
            '(object: rows of different length)'
        )


def check_label(label: Any, num_classes: int | None) -> None:
    """Raise ``ValueError`` unless it is None or the number of a class."""
    if label is None:
        return
    if isinstance(label, bool) or not isinstance(label, (int, np.integer)):
        raise ValueError(f'label must be an int, got {in_words(label)}')
    if label > _LARGEST:  # perhaps too large a number to be printed
        raise ValueError(f'label must be at most {_LARGEST}, got more')
    if num_classes is None and label < 0:
        raise ValueError(
            f'label must be at least 0, got {label}; leave label out where '
            'it is unknown'
        )
    if num_classes is not None and not 0 <= label < num_classes:
        raise ValueError(
            f'label must be in [0, {num_classes - 1}], got '
            f'{label}; labels count from 0, and num_classes of '
            'data set and head must fit the file'
        )


def _check_size(key: str, size: Any) -> None:
    if size is None:
        return
    try:
        good = len(size) >= 2 and all(
            int(n) == n and 0 <= n <= _LARGEST for n in size
        )
    except (OverflowError, TypeError, ValueError):
        good = False
    if not good:
        raise ValueError(
            f'{key} must be (height, width) in whole pixels, got '
            f'{in_words(size)}; leave it out where it is unknown'
        )
