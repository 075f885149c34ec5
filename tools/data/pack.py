"""Pack a skeleton pickle: a folder that opens at once, whatever its size.

python tools/data/pack.py data/toy.pkl data/toy_store --layout coco
python tools/data/pack.py more.pkl data/toy_store --layout coco --append
python tools/data/pack.py --verify data/toy_store
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from typing import Any

from rich.progress import track

from skeletonmae_plugin.datasets.packed_format import StoreRecord
from skeletonmae_plugin.datasets.packed_store import verify_store
from skeletonmae_plugin.datasets.packing import pack
from skeletonmae_plugin.layouts import layout_names


def parse_args(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Command line options."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        'source', nargs='?', metavar='IN.pkl', help='the pickle to pack'
    )
    parser.add_argument(
        'out', nargs='?', metavar='OUT', help='folder of the store'
    )
    parser.add_argument(
        '--layout',
        help=f'layout of the joints ({", ".join(layout_names())}), or a JSON '
        'file of one (docs/layouts.md)',
    )
    parser.add_argument(
        '--append', action='store_true', help='add to the store in OUT'
    )
    parser.add_argument(
        '--on-bad-clip',
        choices=('raise', 'skip'),
        default='raise',
        help='stop at a clip that cannot be used or is there already '
        '(default), or skip and log it',
    )
    parser.add_argument(
        '--verify',
        metavar='OUT',
        help='read a store and compare its checksums; nothing else',
    )
    args = parser.parse_args(argv)
    if args.verify is None and None in (args.source, args.out, args.layout):
        parser.error('give IN.pkl, OUT and --layout, or --verify OUT')
    if args.verify is not None and args.source is not None:
        parser.error('--verify OUT takes no IN.pkl')
    return args


def _summary(folder: str, record: StoreRecord) -> str:
    size = sum(file.size for file in record.files()) / 2**20
    return (
        f'{folder}: {record.num_clips} clips, {record.num_rows} frames of '
        f'persons, {record.num_joints} joints, {record.num_coordinates} '
        f'coordinates, {size:.1f} MiB; splits: '
        + (', '.join(record.splits) or 'none')
    )


def _packing(pieces: Any) -> Iterable:
    return track(pieces, description='packing clips')


def _reading(files: Any) -> Iterable:
    return track(files, description='reading files')


def main(argv: Sequence[str] | None = None) -> None:
    """Pack or verify, and say what there is."""
    args = parse_args(argv)
    try:
        if args.verify is not None:
            record = verify_store(args.verify, track=_reading)
            print(f'{_summary(args.verify, record)}; checksums are right')
            return
        record = pack(
            args.source,
            args.out,
            args.layout,
            args.append,
            args.on_bad_clip,
            track=_packing,
        )
    except (OSError, ValueError, RuntimeError) as error:
        raise SystemExit(f'error: {error}') from error
    print(_summary(args.out, record))


if __name__ == '__main__':
    main()
