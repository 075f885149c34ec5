r"""Tell how sound a skeleton file is, before a training fails or misleads.

Reads the whole of any file that SkeletonDataset reads, and lists by kind all
that is wrong. The exit status is 1 where training would fail (error) or its
result would mislead (warning), and 0 where the file is sound or --fix has
written a sound one.

Example:
    python tools/data/check.py data/toy.pkl --layout coco \
        --json work_dirs/toy.json --picture work_dirs/toy.png
    python tools/data/check.py mine.pkl --layout coco --fix mended.pkl
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

import skeletonmae_plugin  # noqa: F401  # its cures come first
from skeletonmae_plugin.health import (
    draw_health,
    examine,
    mend,
    open_source,
    report_text,
    report_values,
)
from skeletonmae_plugin.health.kinds import Severity
from skeletonmae_plugin.health.outputs import (
    require_other_files,
    write_picture,
)
from skeletonmae_plugin.health.report import change_lines, printable
from skeletonmae_plugin.layouts import layout_names
from skeletonmae_plugin.whole_files import write_json


def parse_args(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Command line options."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        'file', type=Path, help='skeleton pickle, or folder of a packed store'
    )
    parser.add_argument(
        '--layout',
        required=True,
        help=f'layout of the joints ({", ".join(layout_names())}), or a JSON '
        'file of one (docs/layouts.md)',
    )
    parser.add_argument(
        '--num-classes',
        type=int,
        metavar='N',
        help='labels must be below; default: the number of class names in '
        'the file, if it has any',
    )
    parser.add_argument(
        '--json', type=Path, metavar='FILE', help='write all findings'
    )
    parser.add_argument(
        '--picture',
        type=Path,
        metavar='FILE.png',
        help='draw lengths, classes, missing joints and some skeletons',
    )
    parser.add_argument(
        '--fix',
        type=Path,
        metavar='OUT.pkl',
        help='repair or drop what is an error or a warning, list it, and '
        'write a new pickle',
    )
    return parser.parse_args(argv)


def _bar(description: str) -> Callable[[Any], Iterable]:
    # Beside the report, which may go to a file.
    console = Console(stderr=True)
    return lambda items: track(items, description, console=console)


def _run(args: argparse.Namespace) -> bool:
    """Check and mend; returns whether the file is sound, or a mended one."""
    outputs = [args.json, args.picture, args.fix]
    require_other_files(args.file, [path for path in outputs if path])
    source = open_source(
        args.file, args.layout, args.num_classes, _bar('reading files')
    )
    health = examine(source, _bar('looking at clips'))
    print(report_text(health))
    if args.picture is not None:
        write_picture(draw_health(health), args.picture)
    mended = None
    if args.fix is not None:
        mended = mend(health, _bar('mending clips'))
        mended.write(args.fix)
        print('\n'.join(change_lines(mended, args.fix)))
    if args.json is not None:
        write_json(args.json, report_values(health, mended))
    return mended is not None or health.worst() == Severity.NOTE


def main(argv: Sequence[str] | None = None) -> None:
    """Report on a file, and mend it if told to."""
    args = parse_args(argv)
    try:
        sound = _run(args)
    except (OSError, ValueError) as error:
        raise SystemExit(printable(f'error: {error}')) from error
    raise SystemExit(0 if sound else 1)


if __name__ == '__main__':
    main()
