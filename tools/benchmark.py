"""Measure how fast training, inference and the data path are.

Reads the shipped configs, makes its own data, and sets each number beside a
baseline that runs by turns with it. A run that was stopped goes on where it
was; rows of other settings, versions or another commit are measured anew.

python tools/benchmark.py --json work_dirs/benchmark/cpu.json
python tools/benchmark.py --json quick.json --quick --rows pretrain_vs_pyg
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

ROOT = Path(__file__).resolve().parents[1]


def parse_args(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Command line options."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        '--json',
        type=Path,
        required=True,
        help='result; beside it a table (.md) and a picture (.png)',
    )
    parser.add_argument(
        '--rows', nargs='+', metavar='ROW', help='default: all rows'
    )
    parser.add_argument(
        '--set', default='nwucla', help='whose shipped configs are read'
    )
    parser.add_argument(
        '--quick', action='store_true', help='small sizes, rough numbers'
    )
    parser.add_argument('--threads', type=int, default=1, help='of torch')
    parser.add_argument('--device', choices=('cpu', 'cuda'), default='cpu')
    parser.add_argument(
        '--batch-size', type=int, help='default: that of the shipped configs'
    )
    parser.add_argument(
        '--work-dir',
        type=Path,
        help='keep made data and trainings here (default: a temporary folder)',
    )
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, write the result, show the table."""
    args = parse_args(argv)
    _set_environment(args)
    # After the environment, which torch reads when it is imported.
    import torch

    import skeletonmae_plugin  # noqa: F401  # its cures come first
    from skeletonmae_plugin import benchmark
    from skeletonmae_plugin.benchmark.plot import plot
    from skeletonmae_plugin.benchmark.run import failed
    from skeletonmae_plugin.whole_files import write_text

    if args.device == 'cuda' and not torch.cuda.is_available():
        raise SystemExit(
            'error: --device cuda, but torch sees no GPU; take --device cpu'
        )
    sizes = benchmark.QUICK if args.quick else benchmark.FULL
    if args.batch_size is not None:
        sizes = replace(sizes, batch_size=args.batch_size)
    console = Console(stderr=True)
    with (
        tempfile.TemporaryDirectory() as temporary,
        Progress(console=console) as progress,
    ):
        folder = args.work_dir or Path(temporary)
        rounds = progress.add_task('rounds', total=None)

        def track(numbers: range) -> Iterator[int]:
            return iter(progress.track(numbers, task_id=rounds))

        def follow(names: Sequence[str]) -> Iterator[str]:
            task = progress.add_task('rows', total=len(names))
            for name in names:
                progress.update(task, description=name)
                progress.reset(rounds, total=None)
                yield name
                progress.advance(task)

        bench = benchmark.Bench(
            root=ROOT,
            folder=folder.resolve(),
            sizes=sizes,
            device=torch.device(args.device),
            set=args.set,
            threads=args.threads,
            track=track,
        )
        try:
            content = benchmark.run_rows(
                bench,
                args.rows or list(benchmark.ROWS),
                args.json,
                args.quick,
                follow,
            )
        except ValueError as error:
            raise SystemExit(f'error: {error}') from error
    text = benchmark.markdown(content)
    write_text(args.json.with_suffix('.md'), text)
    plot(content, args.json.with_suffix('.png'))
    print(text)
    if broken := failed(content):
        raise SystemExit(
            f'error: {", ".join(broken)} failed; the tracebacks are in '
            f'{args.json}'
        )


def _set_environment(args: argparse.Namespace) -> None:
    """What torch and the libraries beneath read at their start."""
    os.environ['OMP_NUM_THREADS'] = str(args.threads)
    if args.device == 'cpu':
        # MMEngine's runner takes a GPU wherever it sees one.
        os.environ['CUDA_VISIBLE_DEVICES'] = ''


if __name__ == '__main__':
    main()
