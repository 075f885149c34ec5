r"""The mean over the splits of a set, of finished tools/label_efficiency.py.

Some sets are tested as the mean of several splits (three of JHMDB, five folds
of SBU). Reads the folders of a run on each, with the same options but the
splits, and prints the mean with its interval.

Example:
    python tools/mean_of_splits.py work_dirs/jhmdb1 work_dirs/jhmdb2 \
        work_dirs/jhmdb3
"""

import argparse
from pathlib import Path

import skeletonmae_plugin  # noqa: F401  # its cures come first
from skeletonmae_plugin.label_efficiency.mean_of_splits import (
    Split,
    splits_table,
)
from skeletonmae_plugin.whole_files import write_text


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        'folders',
        nargs='+',
        type=Path,
        metavar='DIR',
        help='--out of a run, one of each split',
    )
    parser.add_argument(
        '--out', type=Path, metavar='FILE.md', help='also write the table here'
    )
    args = parser.parse_args()
    try:
        text = splits_table([Split.read(folder) for folder in args.folders])
        if args.out is not None:
            write_text(args.out, text)
    except (OSError, ValueError) as error:
        raise SystemExit(f'error: {error}') from error
    print(text)


if __name__ == '__main__':
    main()
