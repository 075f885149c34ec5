"""One writer at a time in a folder."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from mmengine.logging import print_log

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

#: The file that is locked. It stays, and shows that the folder is ours.
LOCK = '.lock'
#: What a file system without locks answers.
_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; the system frees it when a process ends.

    Where there are no locks the log says that nothing keeps two writers
    apart.

    Raises:
        RuntimeError: If another process holds it.
    """
    # Open for writing: network file systems lock no other handle.
    with open(folder / LOCK, 'a+') as file:
        _lock(file, folder)
        yield


def _lock(file: IO[str], folder: Path) -> None:
    if fcntl is None:
        _say_unlocked(folder, 'this system has no file locks')
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise RuntimeError(
            f'{folder}: another process is at work in it; wait for its end, '
            'or take another folder'
        ) from None
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
        _say_unlocked(folder, f'its file system has no locks ({error})')


def _say_unlocked(folder: Path, reason: str) -> None:
    print_log(
        f'{folder}: {reason}; see to it that nothing else writes into it',
        'current',
        30,
    )
