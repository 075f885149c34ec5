"""Whether a process that a test has started still runs."""

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def is_running() -> Callable[[int], bool]:
    """Function that says whether a process is alive, from /proc."""

    def look(pid: int) -> bool:
        try:
            stat = Path(f'/proc/{pid}/stat').read_text()
        # The second: it ends between the opening of the file and the read.
        except (FileNotFoundError, ProcessLookupError):
            return False
        # A dead one that nobody has fetched is dead, too.
        return stat.rsplit(')', 1)[1].split()[0] != 'Z'

    return look
