"""Peak memory of a process and its children, from ``/proc``."""

import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .result import BenchmarkError

PROC = Path('/proc')
_INTERVAL = 0.02  # seconds between two looks
_TAIL = 2000  # letters of the log of a training that fails


@dataclass
class Memory:
    """Bytes.

    Attributes:
        anonymous: RssAnon + RssShmem: what a process has made itself, which
            the kernel cannot drop.
        resident: RSS, pages of mapped files with it; those are the kernel's
            to drop.
    """

    anonymous: int = 0
    resident: int = 0

    def raise_to(self, other: 'Memory') -> None:
        """The larger of both, number by number."""
        self.anonymous = max(self.anonymous, other.anonymous)
        self.resident = max(self.resident, other.resident)


def tree_memory(pid: int) -> Memory:
    """Memory of a process and all its descendants, added up.

    A page that a forked worker shares with its parent counts for both, for a
    small corpus as for a large one.
    """
    total = Memory()
    for member in _tree(pid):
        try:
            text = (PROC / str(member) / 'status').read_text()
        except OSError:
            continue  # ended in between
        fields = dict(
            line.split(':', 1) for line in text.splitlines() if ':' in line
        )
        sizes = {
            key: int(fields[key].split()[0]) * 1024
            for key in ('VmRSS', 'RssAnon', 'RssShmem')
            if key in fields
        }
        total.anonymous += sizes.get('RssAnon', 0) + sizes.get('RssShmem', 0)
        total.resident += sizes.get('VmRSS', 0)
    return total


def peak_memory(
    command: Sequence[str], env: Mapping[str, str], log: Path
) -> Memory:
    """Run a command to its end and watch it.

    Args:
        command: What to run.
        env: Its environment.
        log: Takes what it says.

    Raises:
        BenchmarkError: If the system does not tell the memory of its
            processes.
        RuntimeError: If it fails; with the end of what it said.
    """
    _check_system()
    peak = Memory()
    with open(log, 'a') as output:
        process = subprocess.Popen(
            command, env=dict(env), stdout=output, stderr=output
        )
        ended = threading.Event()
        watch = threading.Thread(
            target=_watch, args=(process.pid, peak, ended)
        )
        watch.start()
        try:
            process.wait()
        except BaseException:
            process.terminate()
            raise
        finally:
            ended.set()
            watch.join()
    if process.returncode:
        raise RuntimeError(
            'the training whose memory is watched failed:\n'
            + Path(log).read_text()[-_TAIL:]
        )
    return peak


def _watch(pid: int, peak: Memory, ended: threading.Event) -> None:
    while not ended.wait(_INTERVAL):
        peak.raise_to(tree_memory(pid))


def _check_system() -> None:
    """Raise where other systems would count no memory, or no children."""
    status = PROC / 'self' / 'status'
    told = status.exists() and 'RssAnon:' in status.read_text()
    if not told or not any(_children('self')):
        raise BenchmarkError(
            f'needs {PROC} with RssAnon in {status} and the files task/*/'
            'children, got a system without; take this row on Linux'
        )


def _children(pid: int | str) -> Iterator[Path]:
    """Files that name the children of a process."""
    return (PROC / str(pid) / 'task').glob('*/children')


def _tree(pid: int) -> list[int]:
    members = [pid]
    for member in members:  # grows while it is walked
        try:
            for task in _children(member):
                members += map(int, task.read_text().split())
        except OSError:  # it has ended meanwhile
            continue
    return members
