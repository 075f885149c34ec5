"""The folder of a packed store, and what says that it is whole.

- ``store.json``: sizes, number types and checksums of all that counts. It is
  replaced as a whole, so that a pack or append that is stopped, even by
  ``kill -9``, changes nothing.
- ``keypoint.bin``, ``score.bin``: the rows (R, V, C) and (R, V), little
  endian. They only grow; what lies behind the size in ``store.json`` is the
  rest of a stopped append and is overwritten by the next.
- ``index-K.npz``: the columns of ``ClipTable``, the splits, and the ranking
  of the persons. Each append writes its own.
"""

from __future__ import annotations

import json
import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

FORMAT = 'skeletonmae packed store'
VERSION = 1
RECORD = 'store.json'
#: How the files of a store are called, and no other is read or written: a
#: store may come from anywhere.
FILE_NAMES = dict(
    index=r'index-\d+\.npz', keypoint=r'keypoint\.bin', score=r'score\.bin'
)
#: Numbers that may be, little endian.
_DTYPE = r'[<|][fiu]\d+'
#: Windows cannot open a folder.
_SYNCS_FOLDERS = os.name == 'posix'
#: Bytes that are read at once where a whole file is.
_PIECE = 1 << 22

_REMEDY = (
    'copy the folder again, or pack its source anew into another folder: '
    'python tools/data/pack.py IN.pkl OUT --layout LAYOUT'
)


@dataclass(frozen=True)
class FileRecord:
    """A file of the folder.

    Args:
        name: Name within the folder.
        size: Its first so many bytes count.
        checksum: CRC-32 of these.
        dtype: Type of its numbers, as numpy writes it.
    """

    name: str
    size: int
    checksum: int
    dtype: str = '|u1'


@dataclass(frozen=True)
class StoreRecord:
    """The content of ``store.json``.

    Args:
        generation: Number of appends so far.
        num_clips: Number of clips.
        num_rows: Number R of rows.
        num_joints: Number V of joints.
        num_coordinates: Number C of coordinates.
        splits: Names of the splits, in the order of the index.
        classes: Names of the classes, if known.
        index: The index file.
        keypoint: The coordinates.
        score: The scores, if there are any.
    """

    generation: int
    num_clips: int
    num_rows: int
    num_joints: int
    num_coordinates: int
    splits: list[str]
    classes: list[str] | None
    index: FileRecord
    keypoint: FileRecord
    score: FileRecord | None

    def files(self) -> list[FileRecord]:
        """All files that it speaks of."""
        return [
            file
            for file in (self.index, self.keypoint, self.score)
            if file is not None
        ]


def is_store(path: str | Path) -> bool:
    """Whether a path is a packed store, or a folder that may become one."""
    return Path(path).is_dir()


def damaged(path: Path, what: str) -> ValueError:
    """The error of a file that cannot be used."""
    return ValueError(f'{path}: {what}; {_REMEDY}')


def read_record(folder: Path) -> StoreRecord:
    """Read ``store.json`` and compare the sizes of the files with it.

    Raises:
        FileNotFoundError: If there is none.
        ValueError: If it, or the size of a file, is not as written.
    """
    path = folder / RECORD
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(
            f'{folder}: not a packed store, for it has no {RECORD} (a first '
            'pack that was stopped leaves none); make it by python '
            f'tools/data/pack.py IN.pkl {folder} --layout LAYOUT'
        ) from None
    record = _parse(path, text)
    for file in record.files():
        part = folder / file.name
        found = part.stat().st_size if part.exists() else 0
        if found < file.size:
            raise damaged(
                part, f'cut off: {found} bytes, expected {file.size}'
            )
    return record


def write_record(folder: Path, record: StoreRecord) -> None:
    """Replace ``store.json`` at once: from here on the new state counts."""
    content = asdict(record)
    text = json.dumps(
        dict(
            format=FORMAT,
            version=VERSION,
            checksum=_content_checksum(content),
            content=content,
        ),
        indent=1,
    )
    part = folder / f'{RECORD}.part'
    with open(part, 'w', encoding='utf-8') as file:
        file.write(text + '\n')
        flush(file.fileno())
    os.replace(part, folder / RECORD)
    if _SYNCS_FOLDERS:
        _flush_folder(folder)


def _flush_folder(folder: Path) -> None:
    folder_handle = os.open(folder, os.O_RDONLY)
    try:
        flush(folder_handle)
    finally:
        os.close(folder_handle)


def flush(handle: int) -> None:
    """Wait until what was written is on the disk."""
    os.fsync(handle)


def pieces(path: Path, size: int) -> Iterator[bytes]:
    """The first ``size`` bytes of a file, a few megabytes at a time."""
    with open(path, 'rb') as file:
        while size > 0:
            piece = file.read(min(size, _PIECE))
            if not piece:
                return
            size -= len(piece)
            yield piece


def checksum(path: Path, size: int) -> int:
    """CRC-32 of the first ``size`` bytes of a file."""
    total = 0
    for piece in pieces(path, size):
        total = zlib.crc32(piece, total)
    return total


def _parse(path: Path, text: bytes) -> StoreRecord:
    try:
        whole = json.loads(text)
        form, version = whole['format'], whole['version']
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise damaged(
            path, f'not the record of a packed store, or cut off ({error!r})'
        ) from error
    if form != FORMAT:
        raise damaged(path, f'format is {form!r}, expected {FORMAT!r}')
    if version != VERSION:
        raise ValueError(
            f'{path}: format version {version}, but this program reads '
            f'version {VERSION}; pack the source again, or take the version '
            'of skeletonmae_plugin that wrote it'
        )
    content = whole.get('content')
    if _content_checksum(content) != whole.get('checksum'):
        raise damaged(path, 'its checksum does not fit its content')
    try:
        return _checked(content)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise damaged(
            path, f'its content is not that of a packed store ({error})'
        ) from error


def _checked(content: dict[str, Any]) -> StoreRecord:
    """The record that a content stands for; any error if it is none."""
    files = {
        key: _checked_file(key, content[key])
        for key in FILE_NAMES
        if key != 'score' or content[key] is not None
    }
    record = StoreRecord(**(content | files))
    for key, value in content.items():
        if key == 'generation' or key.startswith('num_'):
            _require(type(value) is int and value > 0, key, value)
    _require(_is_names(record.splits), 'splits', record.splits)
    _require(
        record.classes is None or _is_names(record.classes),
        'classes',
        record.classes,
    )
    return record


def _checked_file(key: str, content: dict[str, Any]) -> FileRecord:
    file = FileRecord(**content)
    _require(
        isinstance(file.name, str)
        and re.fullmatch(FILE_NAMES[key], file.name) is not None,
        f'{key}.name',
        file.name,
    )
    for part in ('size', 'checksum'):
        number = getattr(file, part)
        _require(type(number) is int and number >= 0, f'{key}.{part}', number)
    _require(
        re.fullmatch(_DTYPE, file.dtype) is not None
        and np.dtype(file.dtype).str == file.dtype,
        f'{key}.dtype',
        file.dtype,
    )
    return file


def _is_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(x, str) for x in value)


def _require(right: bool, what: str, found: object) -> None:
    if not right:
        raise ValueError(f'{what} must not be {found!r}')


def _content_checksum(content: object) -> int:
    return zlib.crc32(json.dumps(content, sort_keys=True).encode())
