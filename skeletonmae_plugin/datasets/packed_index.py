"""The index file of a packed store: all but the frames."""

from __future__ import annotations

import io
import json
import os
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .clip_table import ClipTable
from .packed_format import FileRecord, damaged, flush


@dataclass(frozen=True, eq=False)
class PackedIndex:
    """What an index file holds.

    Args:
        table: The clips.
        ranking: Their persons, see ``rank_persons``.
        splits: Positions of the clips of each split.
    """

    table: ClipTable
    ranking: np.ndarray
    splits: Mapping[str, np.ndarray]


def write_index(folder: Path, name: str, index: PackedIndex) -> FileRecord:
    """Write an index file and wait until it is on the disk."""
    names = json.dumps(index.table.names).encode()
    columns: dict[str, Any] = index.table.columns()
    for number, positions in enumerate(index.splits.values()):
        columns[f'split_{number}'] = positions
    buffer = io.BytesIO()
    np.savez(
        buffer,
        names=np.frombuffer(names, np.uint8),
        ranking=index.ranking,
        **columns,
    )
    content = buffer.getvalue()
    with open(folder / name, 'wb') as file:
        file.write(content)
        file.flush()
        flush(file.fileno())
    return FileRecord(name, len(content), zlib.crc32(content))


def read_index(
    folder: Path, record: FileRecord, splits: list[str]
) -> PackedIndex:
    """Read an index file.

    Args:
        folder: The store.
        record: What the store says of the file.
        splits: Names of its splits.

    Raises:
        ValueError: If the file is not as it was written.
    """
    path = folder / record.name
    with open(path, 'rb') as file:
        content = file.read(record.size)
    if zlib.crc32(content) != record.checksum:
        raise damaged(path, 'its checksum is not that of store.json')
    try:
        return _parse(content, splits)
    except (
        EOFError,
        KeyError,
        MemoryError,
        TypeError,
        ValueError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        raise damaged(
            path, f'its content is not that of an index ({error})'
        ) from error


def _parse(content: bytes, splits: list[str]) -> PackedIndex:
    """The index in a file's content; any error if there is none."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        if any(x.compress_type != zipfile.ZIP_STORED for x in file.infolist()):
            raise ValueError('compressed, as none is written')  # a bomb?
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        data = dict(arrays)
    positions = [data.pop(f'split_{i}') for i in range(len(splits))]
    names = tuple(json.loads(data.pop('names').tobytes()))
    ranking = data.pop('ranking')
    table = ClipTable(names, **data)
    _require_sound(table, positions)
    return PackedIndex(
        table, ranking, dict(zip(splits, positions, strict=True))
    )


def _require_sound(table: ClipTable, positions: list[np.ndarray]) -> None:
    """Raise ``ValueError`` unless all speaks of clips that there can be."""
    count = len(table)
    for key, column in table.columns().items():
        if len(column) != count:
            raise ValueError(f'{key} has {len(column)} entries')
        if column.dtype.kind not in 'biu':
            raise ValueError(f'{key} holds {column.dtype}')
    if not all(isinstance(name, str) for name in table.names):
        raise ValueError('a name is no text')
    if len(set(table.names)) < count:
        raise ValueError('two clips have the same name')
    for key in ('num_persons', 'num_frames'):
        if (getattr(table, key) < 1).any():
            raise ValueError(f'{key} is less than 1')
    for places in positions:
        if places.dtype.kind not in 'iu' or places.ndim != 1:
            raise ValueError(f'a split holds {places.dtype}')
        if len(places) and not (places.min() >= 0 and places.max() < count):
            raise ValueError('a split speaks of clips that are not there')


def remove_old(folder: Path, keep: set[str]) -> None:
    """Remove index files but those to keep."""
    for path in folder.glob('index-*.npz'):
        if path.name not in keep:
            os.unlink(path)
