r"""Write configs/metafile.yml and the tables of configs/README.md anew.

Parameters and multiply-adds are measured on the models of the configs; the
rest is read from them and from configs/zoo.yml. With names of configs nothing
is written: their sizes are printed.

Example:
    python tools/make_metafile.py
    python tools/make_metafile.py strl_scratch_ntu60 stgcnpp_ntu60
"""

import argparse
import os
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from rich.progress import Progress

from skeletonmae_plugin.study.page import fill
from skeletonmae_plugin.whole_files import write_text
from skeletonmae_plugin.zoo.complexity import Complexity, complexity
from skeletonmae_plugin.zoo.metafile import metafile
from skeletonmae_plugin.zoo.rows import load, read_rows
from skeletonmae_plugin.zoo.table import table

CONFIGS = Path(__file__).resolve().parents[1] / 'configs'


def parse_args(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Command line options."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        'config', nargs='*', help='name of a config, to print its sizes only'
    )
    parser.add_argument(
        '--configs', type=Path, default=CONFIGS, help='folder of the configs'
    )
    return parser.parse_args(argv)


def write(configs: Path) -> None:
    """Write both files."""
    with Progress() as progress:
        task = progress.add_task('measuring models', total=None)

        def size(name: str) -> Complexity:
            progress.update(task, advance=1, description=name)
            return complexity(load(configs, name))

        rows = read_rows(configs, size)
    path = configs / 'metafile.yml'
    write_text(path, metafile(rows))
    for name, some in groupby(rows, lambda row: row.facts.name):
        fill(configs / 'README.md', name, table(list(some)))
    print(f'{len(rows)} configs: written to {path} and README.md beside it')


def main(argv: Sequence[str] | None = None) -> None:
    """Write the files, or print sizes."""
    args = parse_args(argv)
    # Sizes are of the configs as they are.
    os.environ.pop('SKELETON_STREAM', None)
    try:
        for name in args.config:
            found = complexity(load(args.configs, name.removesuffix('.py')))
            print(
                f'{name}: {found.parameters} parameters, '
                f'{found.macs} multiply-adds of a clip'
            )
        if not args.config:
            write(args.configs)
    except (OSError, ValueError) as error:
        raise SystemExit(f'error: {error}') from error


if __name__ == '__main__':
    main()
