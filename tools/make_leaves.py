r"""Write the configs of a set whose facts stand in configs/_base_/datasets.

They are those of the toy set with another name in them; files that are there
already stay.

Example:
    cp configs/_base_/datasets/toy.py configs/_base_/datasets/mine.py
    python tools/make_leaves.py mine
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from skeletonmae_plugin.variables import file_variable
from skeletonmae_plugin.zoo.leaves import shared_file, write_leaves

CONFIGS = Path(__file__).resolve().parents[1] / 'configs'


def parse_args(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Command line options."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        'set', nargs='+', help='name of a file in _base_/datasets, no .py'
    )
    parser.add_argument(
        '--configs', type=Path, default=CONFIGS, help='folder of the configs'
    )
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    """Write what is not there."""
    args = parse_args(argv)
    for name in args.set:
        try:
            new = write_leaves(name, args.configs)
        except OSError as error:
            raise SystemExit(f'error: {error}') from error
        print(f'{name}: {len(new)} new configs')
        for path in new:
            print(f'  {path}')
        for other in shared_file(name, args.configs):
            facts = args.configs / '_base_' / 'datasets' / f'{name}.py'
            print(
                f'warning: {facts} reads {file_variable(facts)}, the file of '
                f'{other}; give it a variable of its own'
            )


if __name__ == '__main__':
    main()
