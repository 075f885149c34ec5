"""How far the cells of a run are."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)

from .cells import Cell

#: Time of an arm's cell in that of a training with labels, until it is known.
_WORK = dict(
    pretrain=12.0,
    stgcnpp=20.0,
    self_trained=3.0,
    self_trained_scratch=3.0,
    frozen_linear=0.1,
    frozen_knn=0.1,
    frozen_spread=0.1,
    random_frozen=0.1,
    raw_knn=0.1,
    raw_spread=0.1,
)


class CellBar:
    """One bar for all cells: what runs, and the seconds that are left.

    Cells of an arm that has ended before are expected to take as long again;
    of the others their usual part of it.

    Args:
        cells: All that are to be computed.
        processes: Number of jobs side by side.
    """

    def __init__(self, cells: Iterable[Cell], processes: int) -> None:
        self._left = Counter(cell.arm for cell in cells)
        self._seconds: dict[str, list[float]] = {}
        self._begun: dict[object, tuple[str, float, Sequence[Cell]]] = {}
        self._total, self._done = self._left.total(), 0
        self._progress = Progress(
            TextColumn('{task.description}'),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn('{task.fields[left]}'),
        )
        self._task = self._progress.add_task(
            'cells', total=self._total, left=''
        )
        self.processes = processes

    def __enter__(self) -> CellBar:
        self._progress.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._progress.stop()

    def begin(self, key: object, name: str, cells: Sequence[Cell]) -> None:
        """A job has been started; jobs of two rows may have one name."""
        self._begun[key] = name, time.perf_counter(), cells
        self._show()
        if not self._progress.console.is_terminal:
            self.say(f'{name} begins')

    def end(self, key: object) -> None:
        """A job has ended."""
        name, begun, cells = self._begun.pop(key)
        seconds = time.perf_counter() - begun
        arm = cells[0].arm
        self._seconds.setdefault(arm, []).append(seconds / len(cells))
        self._left[arm] -= len(cells)
        self._done += len(cells)
        self._show(len(cells))
        if not self._progress.console.is_terminal:
            # A bar is drawn on terminals only: in a log a line a job.
            left = f'{self.seconds_left():.0f} s left'
            self.say(f'{self._done} of {self._total} cells, {left}, {name}')

    def say(self, text: str) -> None:
        """A line above the bar."""
        self._progress.console.print(
            text, highlight=False, markup=False, soft_wrap=True
        )

    def seconds_left(self) -> float | None:
        """Of all cells; None before the first has ended."""
        known = {
            arm: sum(found) / len(found)
            for arm, found in self._seconds.items()
        }
        if not known:
            return None
        # Seconds of a training with labels, by those that are known: the
        # longest tell it best.
        work = sum(_WORK.get(arm, 1.0) for arm in known)
        unit = sum(known.values()) / work
        for arm in self._left:
            known.setdefault(arm, unit * _WORK.get(arm, 1.0))
        todo = sum(count * known[arm] for arm, count in self._left.items())
        now = time.perf_counter()
        # What runs for longer than was thought has nothing to give back.
        todo -= sum(
            min(now - begun, len(cells) * known[cells[0].arm])
            for _, begun, cells in self._begun.values()
        )
        return todo / self.processes

    def _show(self, ended: int = 0) -> None:
        left = self.seconds_left()
        words = [] if left is None else [f'{left:.0f} s left']
        words += [name for name, *_ in self._begun.values()]
        self._progress.update(
            self._task, advance=ended, left=', '.join(words), refresh=True
        )
