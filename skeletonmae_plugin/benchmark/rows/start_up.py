"""How long until the first batch."""

import time
from collections.abc import Callable
from pathlib import Path

from ..bench import Bench
from ..result import Result
from ..timing import summary
from .pretrain import config_name


def both_files(bench: Bench) -> list[Result]:
    """Seconds from a file of many clips to the first batch.

    The packed store, and the same clips as a pickle: read, checked, sampled,
    first batch made. Both files have just been read, so they come from the
    page cache; interpreter and model are up already.
    """
    seconds: dict[str, dict] = {}
    values: list[float] = []
    for number in bench.sizes.corpora:
        sides: dict[str, Path] = dict(
            packed_store=bench.packed(bench.set, number),
            pickle=bench.made(bench.set, number),
        )
        taken: dict[str, list[float]] = {name: [] for name in sides}
        for _ in bench.track(range(min(3, bench.sizes.repetitions))):
            for name, path in sides.items():
                taken[name].append(_first_batch(bench, path))
        seconds[str(number)] = {k: summary(v) for k, v in taken.items()}
        values = taken['packed_store']  # of the last, the large corpus
    return [
        Result(
            'start_up',
            f'first batch from a packed store of {bench.sizes.corpora[1]} '
            'clips',
            unit='seconds',
            values=values,
            goal=1,
            at_most=True,
            configs=[config_name(bench.config('skeletonmae_pretrain'))],
            details=dict(seconds=seconds),
        )
    ]


def _first_batch(bench: Bench, path: Path) -> float:
    cfg = bench.config('skeletonmae_pretrain')
    cfg.train_dataloader.dataset.ann_file = str(path)
    clock: Callable[[], float] = time.perf_counter
    start = clock()
    next(iter(bench.loader(cfg)))
    return clock() - start
