"""Corpora of any size, made of a few made clips again and again."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ..toy import SETS, make_dataset, write_dataset
from .result import BenchmarkError


def pickle_file(
    folder: Path, set_name: str, num_clips: int, made: int
) -> Path:
    """A pickle of ``num_clips`` clips in the form of a set, written once.

    Args:
        folder: Where it lies.
        set_name: As in the configs' names.
        num_clips: Its clips.
        made: Different ones among them; the rest are copies of these under
            names of their own.
    """
    path = folder / f'{set_name}_{num_clips}.pkl'
    if not path.exists():
        clips = list(repeated_clips(set_name, num_clips, made))
        check_room(folder, 2 * clip_bytes(clips))
        write_dataset(dict(split={}, annotations=clips), path)
    return path


def repeated_clips(
    set_name: str, num_clips: int, made: int
) -> Iterator[dict]:
    """Annotations as of a file, arrays of their own in each."""
    if set_name not in SETS:
        raise BenchmarkError(
            f'no clips can be made for the set {set_name!r}; there are '
            f'{", ".join(SETS)}'
        )
    persons = dict(persons=2) if set_name == 'toy' else {}
    few = make_dataset(set_name, min(made, num_clips), **persons)
    templates = few['annotations']
    for number in range(num_clips):
        clip = templates[number % len(templates)]
        # Pickle writes an array that it meets again as a reference.
        arrays = {
            key: value.copy()
            for key, value in clip.items()
            if isinstance(value, np.ndarray)
        }
        yield dict(clip, **arrays, frame_dir=f'clip{number:06d}')


def clip_bytes(clips: list[dict]) -> int:
    """Size of the arrays of annotations."""
    return sum(
        value.nbytes
        for clip in clips
        for value in clip.values()
        if isinstance(value, np.ndarray)
    )


def check_room(folder: Path, num_bytes: int) -> None:
    """Raise unless the disk of a folder has so much room."""
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < num_bytes:
        raise BenchmarkError(
            f'{folder} has {free / 1e9:.1f} GB of room, '
            f'{num_bytes / 1e9:.1f} GB are needed for the made corpus; give '
            'another folder by --work-dir, or take --quick'
        )
