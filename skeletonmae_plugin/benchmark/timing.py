"""The clock: sides that take turns."""

import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
import torch

from .sizes import Sizes

Track = Callable[[range], Iterator[int]]


@dataclass(frozen=True)
class Times:
    """Seconds of one call of a side, in each of its blocks.

    Attributes:
        seconds: One number a block, in the order of measuring.
        calls: Calls of a block.
        peak_memory: Bytes that the side has allocated on a GPU at most,
            beyond what was there before its first call: gradients, optimizer
            and activations, not the weights. None on a CPU.
    """

    seconds: tuple[float, ...]
    calls: int
    peak_memory: int | None = None

    @property
    def median(self) -> float:
        """Seconds of a call."""
        return median(self.seconds)

    def rates(self, amount: float) -> dict[str, float]:
        """Median and quartiles of ``amount`` a second."""
        return summary([amount / seconds for seconds in self.seconds])


def summary(values: Sequence[float]) -> dict[str, float]:
    """Median, quartiles, and how many values they are of."""
    low, middle, high = np.percentile(values, (25, 50, 75))
    return dict(
        median=float(middle),
        q1=float(low),
        q3=float(high),
        repetitions=len(values),
    )


def ratios(slow: Times, fast: Times) -> list[float]:
    """How often faster, block by block: neighbours share the weather."""
    return [a / b for a, b in zip(slow.seconds, fast.seconds, strict=True)]


def alternate(
    sides: Mapping[str, Callable[[], object]],
    sizes: Sizes,
    device: torch.device,
    track: Track = iter,
) -> dict[str, Times]:
    """Time all sides by turns: A B A B ...

    Each side first runs ``sizes.warmup`` times; a block is then as many calls
    as fill ``sizes.block_seconds``. A machine that slows down, by heat or by
    neighbours, slows all sides alike.

    Args:
        sides: Name -> what is timed. On a GPU the clock waits for its end.
        sizes: Repetitions and lengths.
        device: Where the sides run.
        track: Wraps the numbers of the rounds, to show progress.

    Returns:
        Name -> times, in the order of the sides.
    """
    gc.collect()  # what earlier rows have left is no work of these sides
    calls, peaks = {}, {}
    for name, call in sides.items():
        calls[name], peaks[name] = _warm_up(call, sizes, device)
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for _ in track(range(sizes.repetitions)):
        for name, call in sides.items():
            total = time_block(call, calls[name], device)
            seconds[name].append(total / calls[name])
    return {
        name: Times(tuple(values), calls[name], peaks[name])
        for name, values in seconds.items()
    }


def time_block(
    call: Callable[[], object], calls: int, device: torch.device
) -> float:
    """Seconds of so many calls."""
    synchronize(device)
    start = time.perf_counter()
    for _ in range(calls):
        call()
    synchronize(device)
    return time.perf_counter() - start


def synchronize(device: torch.device) -> None:
    """Wait until a GPU has done what it was told."""
    if device.type == 'cuda':
        torch.cuda.synchronize(device)


def watch_memory(device: torch.device) -> Callable[[], int | None]:
    """Watch the memory of a GPU from here on.

    Returns:
        Function that says how many bytes have been allocated at most since,
        beyond those that others hold; None on a CPU.
    """
    if device.type != 'cuda':
        return lambda: None
    gc.collect()  # else what is held now may go while one watches
    held = torch.cuda.memory_allocated(device)
    torch.cuda.reset_peak_memory_stats(device)
    return lambda: torch.cuda.max_memory_allocated(device) - held


def _warm_up(
    call: Callable[[], object], sizes: Sizes, device: torch.device
) -> tuple[int, int | None]:
    """Calls of a block, and the peak memory on a GPU."""
    peak = watch_memory(device)
    for _ in range(sizes.warmup):
        call()
    once = time_block(call, 1, device)
    return max(1, round(sizes.block_seconds / max(once, 1e-9))), peak()
