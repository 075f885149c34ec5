r"""Write which clips of a split have labels, for 1, 5, 10, 25 and 50 percent.

A function of the names and labels of the file: whoever has the file gets the
same clips.

Example:
    python tools/data/few_labels.py data/toy.pkl --layout coco --split train \
        --out data/toy_few_labels
"""

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.progress import track

import skeletonmae_plugin  # noqa: F401  # its cures come first
from skeletonmae_plugin.label_efficiency.clips import read_clips
from skeletonmae_plugin.label_efficiency.protocol import write_protocol
from skeletonmae_plugin.layouts import layout_names


def parse_args(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Command line options."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument('file', help='skeleton pickle or packed store')
    parser.add_argument(
        '--layout',
        required=True,
        help=f'layout of the joints ({", ".join(layout_names())}), or a JSON '
        'file of one (docs/layouts.md)',
    )
    parser.add_argument('--split', required=True, help='training split')
    parser.add_argument(
        '--out', type=Path, required=True, help='folder of the files'
    )
    return parser.parse_args(argv)


def _track(percents: Any) -> Iterable:
    return track(percents, description='choosing clips')


def main(argv: Sequence[str] | None = None) -> None:
    """Write the files, and say how many clips each has."""
    args = parse_args(argv)
    try:
        clips = read_clips(args.file, args.layout, args.split)
        counts = write_protocol(
            Path(args.file).name, clips, args.split, args.out, _track
        )
    except (OSError, ValueError) as error:
        raise SystemExit(f'error: {error}') from error
    for percent, count in counts:
        print(f'{percent} %: {count} clips')
    print(f'written to {args.out}')


if __name__ == '__main__':
    main()
