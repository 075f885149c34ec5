"""Pre-train on made clips, fine-tune with few labels, test, write a report.

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
from skeletonmae_plugin.demo.summary import (
    demo_content,
    error_table,
    format_table,
    picture,
    score_table,
    verdict,
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
    parser.add_argument(
        '--labels', type=int, default=5, help='labelled clips of a class'
    )
    parser.add_argument(
        '--seeds', type=int, nargs='+', default=[0], help='of both arms'
    )
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    """Run, print the scores, write the report."""
    args = parse_args(argv)
    out = args.out.resolve()
    size = QUICK if args.quick else FULL
    try:
        results = run_demo(ROOT, out, size, args.labels, args.seeds)
    except RuntimeError as error:
        raise SystemExit(f'error: {error}') from error
    for table in (error_table(results), score_table(results)):
        print(f'\n{format_table(table)}')
    print(f'\n{verdict(results.pretrained, results.scratch)}')
    for i, (name, arrays) in enumerate(results.clips[:3]):
        figure = picture(results.layout, name, arrays)
        save_figure(figure, out / f'reconstruction_{i}.png')
    write_report(demo_content(results), out / 'report.html')
    print(f'report: {out / "report.html"} (open it in a browser)')


if __name__ == '__main__':
    main()
