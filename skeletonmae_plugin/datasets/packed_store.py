"""Open and verify a packed store."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

from .clip_store import ClipStore
from .packed_format import (
    FileRecord,
    StoreRecord,
    checksum,
    damaged,
    read_record,
)
from .packed_index import read_index


def open_store(folder: str | Path) -> ClipStore:
    """Map a packed store into memory; frames are read when asked for.

    Args:
        folder: What ``tools/data/pack.py`` has written.

    Raises:
        FileNotFoundError: If it is none.
        ValueError: If it is damaged, as far as can be seen without reading
            the frames (``verify_store`` reads them).
    """
    folder = Path(folder)
    record = read_record(folder)
    index = read_index(folder, record.index, record.splits)
    if index.table.num_rows.sum() != record.num_rows:
        raise damaged(folder, 'store.json and its index do not fit')
    shape = (record.num_rows, record.num_joints, record.num_coordinates)
    return ClipStore(
        index.table,
        _map(folder, record.keypoint, shape),
        None if not record.score else _map(folder, record.score, shape[:2]),
        index.splits,
        None if record.classes is None else tuple(record.classes),
        index.ranking,
        str(folder),
    )


def verify_store(
    folder: str | Path, track: Callable[[Any], Iterable] = iter
) -> StoreRecord:
    """Read everything and compare the checksums.

    Args:
        folder: The store.
        track: Put around the list of files, to show progress.

    Returns:
        What the store says of itself.

    Raises:
        FileNotFoundError: If it is no store.
        ValueError: If a file is not as it was written.
    """
    folder = Path(folder)
    open_store(folder)
    record = read_record(folder)
    for file in track(record.files()):
        path = folder / file.name
        if checksum(path, file.size) != file.checksum:
            raise damaged(path, 'its checksum is not that of store.json')
    return record


def _map(folder: Path, file: FileRecord, shape: tuple[int, ...]) -> np.ndarray:
    path = folder / file.name
    dtype = np.dtype(file.dtype)
    if dtype.itemsize * math.prod(shape) != file.size:
        raise damaged(path, f'{file.size} bytes do not hold {shape} {dtype}')
    # Read-only and shared: a file may be larger than the memory.
    return np.asarray(np.memmap(path, dtype, 'r', shape=shape))
