"""A file of rows that grows."""

from __future__ import annotations

import zlib
from dataclasses import replace
from pathlib import Path
from typing import IO

import numpy as np

from .packed_format import FileRecord, flush


class RowFile:
    """Numbers behind those that count already, with their checksum.

    Args:
        folder: Where it lies.
        record: What counts of it already, and the type of its numbers.
    """

    def __init__(self, folder: Path, record: FileRecord) -> None:
        self.record = record
        self._size, self._checksum = record.size, record.checksum
        path = folder / record.name
        path.touch()
        self._file: IO[bytes] = open(path, 'r+b')
        self._file.truncate(self._size)  # the rest of a stopped append
        self._file.seek(self._size)

    def add(self, numbers: np.ndarray) -> None:
        """Write numbers of any shape."""
        content = np.ascontiguousarray(numbers, self.record.dtype).tobytes()
        self._file.write(content)
        self._checksum = zlib.crc32(content, self._checksum)
        self._size += len(content)

    def add_zeros(self, count: int, piece: int = 1 << 20) -> None:
        """Write so many zeros."""
        for begin in range(0, count, piece):
            self.add(np.zeros(min(piece, count - begin)))

    def close(self) -> FileRecord:
        """Wait until all is on the disk, and say what counts now."""
        self._file.flush()
        flush(self._file.fileno())
        self._file.close()
        return replace(self.record, size=self._size, checksum=self._checksum)
