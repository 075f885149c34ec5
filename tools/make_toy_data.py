r"""Make a skeleton data set: the toy set, or a miniature of a real one.

python tools/make_toy_data.py --out data/toy.pkl
python tools/make_toy_data.py --out data/ntu60.pkl --set ntu60
python tools/make_toy_data.py --out data/mine.pkl --layout mine.json \
    --alias thorax=chest
"""

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.progress import track

from skeletonmae_plugin.layouts import layout_names
from skeletonmae_plugin.toy import (
    SETS,
    make_dataset,
    set_layout,
    write_dataset,
)
from skeletonmae_plugin.toy.preview import draw_preview


def parse_args(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Command line options."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        '--out', type=Path, required=True, help='file to write'
    )
    parser.add_argument(
        '--set',
        default='toy',
        choices=SETS,
        help='the toy set, or whose format to imitate',
    )
    parser.add_argument(
        '--num-clips',
        type=int,
        help='clips of all splits (toy: 900, two thirds for training)',
    )
    parser.add_argument(
        '--layout',
        metavar='NAME|FILE.json',
        help='joints of the toy set (default coco): one of '
        f'{", ".join(layout_names())}, or a file of your own '
        '(docs/layouts.md)',
    )
    parser.add_argument(
        '--alias',
        action='extend',
        nargs='+',
        default=[],
        type=_pair,
        metavar='JOINT=POINT',
        help='joints of the layout whose names the made body does not know, '
        'and its points in their place',
    )
    parser.add_argument(
        '--dims',
        type=int,
        choices=(2, 3),
        help='toy set: 2 for pixels (default), 3 for metres',
    )
    parser.add_argument(
        '--persons',
        type=int,
        choices=(1, 2),
        help='toy set: most people in a clip (default 1); 2 adds two classes',
    )
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument(
        '--preview',
        type=Path,
        metavar='PNG',
        help='also draw an example of each class',
    )
    args = parser.parse_args(argv)
    count = Counter(joint for joint, _ in args.alias)
    twice = [joint for joint, number in count.items() if number > 1]
    if twice:
        parser.error(f'--alias names {", ".join(twice)} twice')
    return args


def _pair(text: str) -> tuple[str, str]:
    joint, equals, point = text.partition('=')
    if not (joint and equals and point):
        raise argparse.ArgumentTypeError(f'expected JOINT=POINT, got {text!r}')
    return joint, point


def _track(indices: Iterable[int]) -> Iterable[int]:
    return track(indices, description='making clips')


def _summary(dataset: dict) -> str:
    clips = dataset['annotations']
    lengths = [clip['total_frames'] for clip in clips]
    persons = Counter(clip['keypoint'].shape[0] for clip in clips)
    shape = clips[0]['keypoint'].shape
    lines = [
        f'{len(clips)} clips of {len({clip["label"] for clip in clips})} '
        f'classes; {shape[2]} joints, {shape[3]} coordinates, '
        f'{min(lengths)} to {max(lengths)} frames',
        'persons: '
        + ', '.join(
            f'{number} in {count} clips'
            for number, count in sorted(persons.items())
        ),
        'splits: '
        + ', '.join(
            f'{name} {len(ids)}' for name, ids in dataset['split'].items()
        ),
    ]
    if 'classes' in dataset:
        labels = sorted({clip['label'] for clip in clips})
        names = [dataset['classes'][label] for label in labels]
        lines.append('classes: ' + ', '.join(names))
    return '\n'.join(lines)


def main(argv: Sequence[str] | None = None) -> None:
    """Make the data, write them, say what they are."""
    args = parse_args(argv)
    try:
        dataset = make_dataset(
            args.set,
            args.num_clips,
            args.layout,
            args.dims,
            args.persons,
            args.seed,
            dict(args.alias),
            _track,
        )
        write_dataset(dataset, args.out)
        if args.preview:
            layout = set_layout(args.set, args.layout)
            draw_preview(dataset, layout, args.preview)
            print(f'examples drawn in {args.preview}')
    except (OSError, ValueError) as error:
        raise SystemExit(f'error: {error}') from error
    print(_summary(dataset))
    print(f'written to {args.out}')


if __name__ == '__main__':
    main()
