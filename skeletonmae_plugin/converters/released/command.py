"""The command line that both sets share."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.progress import track

from ...datasets.reading import listing
from ...skeleton_pickle import write_dataset
from .adapt import Report, adapt
from .sets import ReleasedSet
from .sources import split_and_file


def parse_args(
    description: str, released: ReleasedSet, argv: Sequence[str] | None
) -> argparse.Namespace:
    """Command line options.

    Args:
        description: Shown by ``--help``.
        released: The set.
        argv: The words; None: those of the process.
    """
    parser = argparse.ArgumentParser(
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        'sources',
        nargs='+',
        metavar='IN.pkl',
        help='pickle with splits, or SPLIT=IN.pkl for a list of annotations',
    )
    parser.add_argument(
        'out', type=Path, metavar='OUT.pkl', help='file to write'
    )
    first, second = released.splits
    parser.add_argument(
        '--lists',
        nargs='+',
        metavar='SPLIT=FILE',
        default=[],
        help='official lists, which decide label and split: '
        f'{first}=FILE {second}=FILE; clips in none are left out',
    )
    parser.add_argument(
        '--rename',
        nargs='+',
        metavar='OLD=NEW',
        default=[],
        help=f'give splits the names {first} and {second}',
    )
    if released.subsets:
        parser.add_argument(
            '--subset',
            choices=released.subsets,
            help='take these classes alone, numbered from 0',
        )
    parser.add_argument(
        '--skip-broken',
        action='store_true',
        help='write the file without the clips that cannot be used; '
        'otherwise they are listed and nothing is written',
    )
    args = parser.parse_args(argv)
    pairs = [text.split('=') for text in args.rename]
    if not all(len(pair) == 2 and all(pair) for pair in pairs):
        parser.error('--rename wants OLD=NEW')
    args.rename = dict(pairs)
    if args.out.suffix != '.pkl':
        parser.error(f'OUT.pkl must end in .pkl, got {args.out}')
    inputs = [Path(split_and_file(source)[1]) for source in args.sources]
    if args.out.exists() and any(
        path.exists() and path.samefile(args.out) for path in inputs
    ):
        parser.error(f'{args.out} is read: give OUT.pkl, a new file, last')
    return args


def run(
    description: str, released: ReleasedSet, argv: Sequence[str] | None = None
) -> None:
    """Adapt pickles, and say what has been done.

    Args:
        description: Shown by ``--help``.
        released: The set.
        argv: The words; None: those of the process.

    Raises:
        SystemExit: If something cannot be used, with one line that says what.
    """
    args = parse_args(description, released, argv)
    try:
        dataset, report = adapt(
            args.sources,
            released,
            args.lists,
            args.rename,
            getattr(args, 'subset', None),
            track=_track,
        )
    except (OSError, ValueError) as error:
        raise SystemExit(f'error: {error}') from error
    print(_told(report, bool(args.lists)))
    unusable = len(report.broken) + len(report.gone)
    if unusable and not args.skip_broken:
        raise SystemExit(
            f'error: {unusable} clips cannot be used, see above; nothing was '
            'written. Mend the file, or add --skip-broken to go on without'
        )
    write_dataset(dataset, args.out)
    print(_summary(dataset))
    print(f'written to {args.out}')


def _track(clips: Any) -> Iterable:
    return track(clips, description='checking clips')


def _told(report: Report, listed: bool) -> str:
    lines = [f'{name}: {reason}' for name, reason in report.broken.items()]
    lines += [f'{name}: is in a split, but not there' for name in report.gone]
    if listed:
        lines.append(
            f'by the lists: {report.changed} labels changed, '
            f'{report.unlisted} clips in no list left out'
        )
        if report.absent:
            lines.append(
                f'{len(report.absent)} names of the lists have no clip: '
                f'{listing(report.absent, 5)}'
            )
    lines.append(f'broken: {len(report.broken) + len(report.gone)}')
    return '\n'.join(lines)


def _summary(dataset: dict[str, Any]) -> str:
    clips = dataset['annotations']
    splits = [f'{name} {len(c)}' for name, c in dataset['split'].items()]
    return (
        f'{len(clips)} clips of {len({clip["label"] for clip in clips})} '
        f'classes; splits: {", ".join(splits)}'
    )
