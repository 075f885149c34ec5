"""Jobs in processes side by side."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Sequence
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from mmengine.device import get_device

from ..evaluation.probe import require_sklearn
from .bar import CellBar
from .cells import Cell
from .folder import Folder
from .launching import Launcher, end_launched
from .spec import PROBED_ARMS

if TYPE_CHECKING:  # Windows lacks the first
    from multiprocessing.context import ForkServerContext, SpawnContext

#: What a job imports, and a runner of MMEngine when it is built. All of ours,
#: so that no file that changes meanwhile is read by half of the jobs.
_PRELOAD = (
    f'{__package__}.arguments',
    f'{__package__}.run',
    'mmaction.datasets',
    'mmaction.engine',
    'mmaction.evaluation',
    'mmaction.models',
)


class Work(Protocol):
    """What a process does, ``Job`` for one; it must be picklable."""

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Whose results it writes."""

    @property
    def name(self) -> str:
        """For its log."""

    @property
    def folder(self) -> Folder:
        """Where all is written."""

    @property
    def launcher(self) -> Launcher | None:
        """Starts each training as a command of its own, if there is one."""

    def run(self) -> None:
        """Do it."""


#: What the cells of a job are told by.
Group = TypeVar('Group')


def require_libraries(cells: Iterable[Cell]) -> None:
    """Before hours of work, see that what its end needs is there.

    Raises:
        ImportError: If a library is missing; says how to get it.
    """
    if any(cell.arm in PROBED_ARMS for cell in cells):
        require_sklearn()


def run_jobs(
    groups: Sequence[Group],
    make_job: Callable[[Group], Work | None],
    bar: CellBar,
) -> list[str]:
    """Run jobs, some at a time; a failed one does not stop the others.

    Args:
        groups: Cells of each job, those that others need first.
        make_job: Gives the job of a group, None while it must wait. Those
            that wait when all else has ended are left.
        bar: Told of every job that begins or ends.

    Returns:
        What failed, with the log of each.
    """
    context = _context()
    waiting = list(groups)
    running: dict[Any, tuple[Work, Any]] = {}
    failures: list[str] = []
    try:
        while True:
            while len(running) < bar.processes:
                job = _next_job(waiting, make_job)
                if job is None:
                    break
                process = context.Process(target=_enter, args=(job,))
                process.start()
                bar.begin(process.sentinel, job.name, job.cells)
                running[process.sentinel] = job, process
            if not running:
                return failures
            for sentinel in wait(list(running)):
                job, process = running.pop(sentinel)
                process.join()
                bar.end(sentinel)
                if process.exitcode:
                    failures.append(_failure(job, process.exitcode))
                    bar.say(failures[-1])
    finally:
        for _, process in running.values():
            process.terminate()


def _context() -> ForkServerContext | SpawnContext:
    """How processes are started."""
    if get_device() != 'cpu':
        # MMEngine asks for the GPU when it is imported; no process that is
        # forked after that may use it. So jobs read the code as it is when
        # they begin: leave it alone meanwhile.
        return multiprocessing.get_context('spawn')
    # A server imports everything once and forks: a start costs no seconds.
    context = multiprocessing.get_context('forkserver')
    context.set_forkserver_preload([__name__, *_PRELOAD])
    return context


def _next_job(
    waiting: list[Group],
    make_job: Callable[[Group], Work | None],
) -> Work | None:
    """The first job that need not wait; its group is taken out."""
    for place, group in enumerate(waiting):
        job = make_job(group)
        if job is not None:
            del waiting[place]
            return job
    return None


def _failure(job: Work, code: int) -> str:
    reason = f'signal {-code}' if code < 0 else f'code {code}'
    log = job.folder.log_file(job.name)
    return f'{job.name} failed with {reason}, see {log}'


def _enter(job: Work) -> None:
    """The process of a job: all that it says goes to its log."""
    # What a launcher has started must be ended by this process.
    follow_parent(os._exit if job.launcher is None else end_launched)
    log = job.folder.log_file(job.name)
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, 'a') as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    import torch

    torch.set_num_threads(1)
    try:
        job.run()
    except Exception:
        traceback.print_exc()
        sys.exit(1)


def follow_parent(end: Callable[[int], Any] = os._exit) -> None:
    """Have this process end with its parent, even one that is killed.

    Otherwise it would go on beside the process that a resumed run starts for
    the same cell.

    Args:
        end: Called with the exit status.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        end(1)

    threading.Thread(target=watch, daemon=True).start()
