"""Memory, and how little it grows with the corpus."""

import sys
from pathlib import Path
from typing import Any

from ..bench import Bench
from ..memory import Memory, peak_memory
from ..result import Result
from ..variants import has_compile_hook


def growth(bench: Bench) -> list[Result]:
    """Peak memory of a training on a large corpus over that on a small one.

    One epoch of the shipped pre-training from a packed store, with its
    workers, in a process of its own; of both corpora as many clips are drawn,
    since memory takes some hundred updates to settle. Counted is anonymous
    memory; pages of the mapped file are the kernel's to drop, and stand
    beside it in the details as part of RSS.
    """
    small, large = bench.sizes.corpora
    peaks = {
        number: _train(bench, bench.packed(bench.set, number), large)
        for number in (small, large)
    }
    ratio = peaks[large].anonymous / peaks[small].anonymous
    return [
        Result(
            'memory_growth',
            f'peak memory of a training on {large} clips over one on {small}',
            values=[ratio],
            goal=1.1,
            at_most=True,
            dtype=bench.shipped(bench.config('skeletonmae_pretrain')).dtype,
            configs=[f'skeletonmae_pretrain_{bench.set}'],
            details={
                str(number): _megabytes(peak) for number, peak in peaks.items()
            }
            | dict(rss_ratio=peaks[large].resident / peaks[small].resident),
            note='one run of each; RssAnon + RssShmem of the process and its '
            "workers; pages of the mapped file are the kernel's to drop, RSS "
            'with them is in the details',
        )
    ]


def _megabytes(memory: Memory) -> dict[str, Any]:
    return dict(
        anonymous_mb=memory.anonymous / 2**20,
        rss_mb=memory.resident / 2**20,
    )


def _train(bench: Bench, corpus: Path, draws: int) -> Memory:
    """Memory of an epoch of ``tools/train.py`` that draws so many clips."""
    name = f'skeletonmae_pretrain_{bench.set}'
    cfg = bench.config(name)
    # The compiler needs memory: with it in both runs, or in none.
    min_iters = 0 if bench.sizes.compiled else 10**9
    compiling = []
    if has_compile_hook(cfg):
        compiling = [f'default_hooks.compile.min_iters={min_iters}']
    loader = 'train_dataloader'
    settings = [
        f'{loader}.dataset.ann_file={corpus}',
        f'{loader}.dataset.split=None',
        f'{loader}.sampler.min_clips={draws}',
        'train_cfg.max_epochs=1',
        *compiling,
    ]
    if bench.sizes.batch_size is not None:
        settings.append(f'{loader}.batch_size={bench.sizes.batch_size}')
    command = [
        sys.executable,
        str(bench.root / 'tools' / 'train.py'),
        str(bench.root / 'configs' / f'{name}.py'),
        '--work-dir',
        str(bench.folder / 'trainings' / f'memory_{corpus.name}'),
        '--no-validate',
        '--seed',
        '0',
        '--cfg-options',
        *settings,
    ]
    log = bench.folder / 'memory.log'
    return peak_memory(command, bench.environment(), log)
