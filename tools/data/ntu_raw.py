r"""Convert raw NTU RGB+D skeletons: folders of .skeleton files -> a pickle.

The result is as the released 3D pickles are made (pyskl's way): bodies linked
over frames, noise left out, two persons at most, samples with missing
skeletons left out, labels and splits from the names (docs/paper_sets.md). A
run that is stopped goes on where it was.

Example:
    python tools/data/ntu_raw.py nturgb+d_skeletons data/skeleton/ntu60_3d.pkl
    python tools/data/ntu_raw.py nturgb+d_skeletons nturgb+d_skeletons120 \
        data/skeleton/ntu120_3d.pkl --jobs 8
"""

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.progress import track

import skeletonmae_plugin  # noqa: F401  # its cures come first
from skeletonmae_plugin.converters.ntu.run import Result, convert_folders
from skeletonmae_plugin.converters.ntu.splits import NUM_ACTIONS
from skeletonmae_plugin.cores import usable_cores


def parse_args(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Command line options."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        'folders',
        nargs='+',
        metavar='IN_DIR',
        help='folder of .skeleton files; folders in it are searched too',
    )
    parser.add_argument(
        'out', type=Path, metavar='OUT.pkl', help='file to write'
    )
    parser.add_argument(
        '--set',
        choices=NUM_ACTIONS,
        help='which set to make; by default ntu120 if there is an action '
        'above 60, else ntu60',
    )
    parser.add_argument(
        '--skip-broken',
        action='store_true',
        help='write the file without the recordings that cannot be used; '
        'otherwise they are listed and nothing is written',
    )
    parser.add_argument(
        '--jobs',
        type=int,
        default=usable_cores(),
        help='processes side by side (default %(default)s)',
    )
    args = parser.parse_args(argv)
    if args.out.suffix != '.pkl':
        parser.error(f'OUT.pkl must end in .pkl, got {args.out}')
    if args.jobs < 1:
        parser.error('--jobs must be at least 1')
    return args


def _track(parts: Any) -> Iterable:
    return track(parts, description='converting')


def _left_out(result: Result) -> str:
    lines = list(result.broken.values())
    lines.append(
        f'left out: {len(result.missing)} with missing skeletons, '
        f'{len(result.broken)} broken, {result.other} of other actions'
    )
    return '\n'.join(lines)


def _summary(set_name: str, dataset: dict[str, Any]) -> str:
    clips = dataset['annotations']
    lengths = [clip['total_frames'] for clip in clips]
    persons = Counter(len(clip['keypoint']) for clip in clips)
    splits = [f'{name} {len(c)}' for name, c in dataset['split'].items()]
    return (
        f'{set_name}: {len(clips)} clips of '
        f'{len({clip["label"] for clip in clips})} classes, {min(lengths)} to '
        f'{max(lengths)} frames, {persons[1]} of one person and {persons[2]} '
        f'of two\nsplits: {", ".join(splits)}'
    )


def main(argv: Sequence[str] | None = None) -> None:
    """Convert, and say what has become of the recordings."""
    args = parse_args(argv)
    try:
        result = convert_folders(
            args.folders,
            args.out,
            args.set,
            args.skip_broken,
            args.jobs,
            track=_track,
        )
    except (OSError, ValueError, RuntimeError) as error:
        raise SystemExit(f'error: {error}') from error
    print(_left_out(result))
    if result.dataset is None:
        raise SystemExit(
            f'error: {len(result.broken)} recordings cannot be used, see '
            'above; nothing was written. Mend them and run again, or add '
            '--skip-broken: what is converted is kept'
        )
    print(_summary(result.set_name, result.dataset))
    print(f'written to {args.out}')


if __name__ == '__main__':
    main()
