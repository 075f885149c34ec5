"""Files that are written whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import IO, Any
from uuid import uuid4


@contextmanager
def replacing(path: str | PathLike, text: bool = False) -> Iterator[IO]:
    """A new file, which takes the place of ``path`` once it is complete.

    Whatever happens before, an earlier file stays as it was, and nothing else
    is left unless the process is killed. A link is replaced, not followed;
    what is no file, a pipe for one, is written to as it is.

    Args:
        path: The file; its folder is made.
        text: Whether to write text (UTF-8), else bytes.

    Yields:
        The file to write.
    """
    path, encoding = Path(path), 'utf-8' if text else None
    if path.exists() and not path.is_file():
        with open(path, 'w' if text else 'wb', encoding=encoding) as file:
            yield file
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # A name of its own: several processes may write the same file.
    part = path.with_name(f'.{path.name}.{uuid4().hex}')
    try:
        with open(part, 'x' if text else 'xb', encoding=encoding) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def write_text(path: str | PathLike, text: str) -> None:
    """Write a text, all or nothing."""
    with replacing(path, text=True) as file:
        file.write(text)


def write_json(path: str | PathLike, content: Any) -> None:
    """Write plain values as JSON, all or nothing.

    Raises:
        TypeError: If JSON has no such value.
    """
    write_text(path, json.dumps(content, indent=1) + '\n')
