"""Corpora of any size, made of a few made clips again and again."""

import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from .. import layouts, toy
from ..datasets.packed_format import RECORD, VERSION
from ..datasets.packed_writer import write_store
from ..toy import SETS, make_dataset, write_dataset
from .result import BenchmarkError

#: The code that makes the clips.
_SOURCES = (
    Path(__file__),
    Path(layouts.__file__),
    *sorted(Path(toy.__file__).parent.glob('*.py')),
)


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
    path = folder / f'{corpus_name(set_name, num_clips, made)}.pkl'
    if not path.exists():
        # Pickle writes an array that it meets again as a reference.
        clips = [
            {key: _own(value) for key, value in clip.items()}
            for clip in repeated_clips(set_name, num_clips, made)
        ]
        check_room(folder, 2 * clip_bytes(clips))
        names = [clip['frame_dir'] for clip in clips]
        write_dataset(dict(split=dict(all=names), annotations=clips), path)
    return path


def packed_store(
    folder: Path, set_name: str, num_clips: int, made: int
) -> Path:
    """The clips of :func:`pickle_file` as a packed store."""
    path = folder / f'{corpus_name(set_name, num_clips, made)}.packed'
    # A pack that was stopped leaves a folder without a record.
    if not (path / RECORD).exists():
        clips = {
            clip['frame_dir']: clip
            for clip in repeated_clips(set_name, num_clips, made)
        }
        check_room(folder, 2 * clip_bytes(list(clips.values())))
        write_store(path, clips, dict(all=list(clips)))
    return path


def corpus_name(set_name: str, num_clips: int, made: int) -> str:
    """A name that no other clips share, those of changed code neither."""
    code = zlib.crc32(str(VERSION).encode())
    for source in _SOURCES:
        code = zlib.crc32(source.read_bytes(), code)
    return f'{set_name}_{num_clips}_of_{made}_{code:08x}'


def repeated_clips(set_name: str, num_clips: int, made: int) -> Iterator[dict]:
    """Annotations as of a file; clips of one template share its arrays."""
    if set_name not in SETS:
        raise BenchmarkError(
            f'no clips can be made for the set {set_name!r}; there are '
            f'{", ".join(SETS)}'
        )
    templates = make_dataset(set_name, min(made, num_clips))['annotations']
    for number in range(num_clips):
        clip = templates[number % len(templates)]
        yield dict(clip, frame_dir=f'clip{number:06d}')


def _own(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) else value


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
