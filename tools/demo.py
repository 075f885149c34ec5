"""Pre-train on made clips, train with few labels, test, write a report.

python tools/demo.py            # some minutes on 2 CPU cores
python tools/demo.py --quick    # shows that all steps work; learns nothing

Every step is a command that a user would type; all its output lies in
OUT/logs.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import skeletonmae_plugin  # noqa: F401  # its cures come first
from skeletonmae_plugin.demo.run import FULL, QUICK, run_demo
from skeletonmae_plugin.demo.summary import demo_content, picture
from skeletonmae_plugin.demo.tables import (
    caution,
    error_table,
    format_table,
    short_table,
)
from skeletonmae_plugin.visualization import write_report
from skeletonmae_plugin.visualization.draw import save_figure

ROOT = Path(__file__).resolve().parent.parent


def parse_args(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Command line options."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        '--out', type=Path, default=Path('demo_output'), help='folder to fill'
    )
    parser.add_argument(
        '--quick', action='store_true', help='little data, few epochs'
    )
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    """Run, print the scores, write the report."""
    args = parse_args(argv)
    out = args.out.resolve()
    try:
        results = run_demo(ROOT, out, QUICK if args.quick else FULL)
    except (OSError, RuntimeError) as error:
        raise SystemExit(f'error: {error}') from error
    found = results.comparison
    for table in (error_table(results.pretrain_test), short_table(found)):
        print(f'\n{format_table(table)}')
    print(f'\n{found.answer}\n{caution(found)}\n')
    for i, (name, arrays) in enumerate(results.clips[:3]):
        figure = picture(results.layout, name, arrays)
        save_figure(figure, out / f'reconstruction_{i}.png')
    write_report(demo_content(results), out / 'report.html')
    print(f'report: {out / "report.html"} (open it in a browser)')


if __name__ == '__main__':
    main()
