"""A conversion in parts, each written when it is done."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...datasets.safe_pickle import load_pickle
from ...skeleton_pickle import write_dataset
from .convert import convert_file

#: Part of what a part is called: another one makes all parts anew.
_VERSION = 1
#: Recordings of a part, some seconds of work.
_FILES = 128


@dataclass(frozen=True)
class Part:
    """Some recordings, and the file of what has become of them.

    Args:
        file: The file. Its name tells the recordings, their sizes and times,
            so that a recording that is changed is converted anew.
        sources: The recordings.
    """

    file: Path
    sources: tuple[Path, ...]

    def read(self) -> dict[str, Any] | None:
        """What has been made, see ``make_part``; None if it has not."""
        try:
            made: dict[str, Any] = load_pickle(self.file)
        except (FileNotFoundError, ValueError):  # ValueError: cut off
            return None
        return made


def plan_parts(sources: Sequence[Path], folder: Path) -> list[Part]:
    """Cut recordings into parts.

    Args:
        sources: The recordings.
        folder: Where the files of the parts are to lie.
    """
    pieces = [
        tuple(sources[begin : begin + _FILES])
        for begin in range(0, len(sources), _FILES)
    ]
    return [Part(folder / _file_name(piece), piece) for piece in pieces]


def make_part(part: Part) -> None:
    """Convert the recordings of a part and write its file.

    It holds ``annotations``, and ``broken``: what is wrong with those that
    could not be converted, by file.
    """
    annotations, broken = [], {}
    for path in part.sources:
        try:
            annotations.append(convert_file(path))
        except ValueError as error:
            broken[str(path)] = str(error)
    write_dataset(dict(annotations=annotations, broken=broken), part.file)


def _file_name(sources: tuple[Path, ...]) -> str:
    digest = hashlib.sha256(f'version {_VERSION}'.encode())
    for path in sources:
        state = path.stat()
        text = f'\n{path.resolve()} {state.st_size} {state.st_mtime_ns}'
        digest.update(text.encode())
    return f'part-{digest.hexdigest()[:32]}.pkl'
