r"""Make a table of docs/study.md: what makes pre-training pay.

Each row changes something of the shipped configs, pre-trains, trains with some
of the labels, tests, and is compared with the first row and with training from
scratch. May be killed and started again: what is done is kept in --out, and
rows and tables share what they can.

Example:
    python tools/make_toy_data.py --out data/toy.pkl
    python tools/study.py parts --set toy --out work_dirs/study
    NWUCLA_3D=nw_ucla_3d.pkl python tools/study.py parts masks --set nwucla \
        --out work_dirs/study
    python tools/study.py parts --set nwucla --out work_dirs/study --write-docs
"""

import logging
import os
from argparse import Namespace
from pathlib import Path

# Trainings run side by side: more threads than one spin against each other.
os.environ.setdefault('OMP_NUM_THREADS', '1')

from mmengine.logging import MMLogger  # noqa: E402

import skeletonmae_plugin  # noqa: E402, F401  # its cures come first
from skeletonmae_plugin.stopping import stop_in_words  # noqa: E402
from skeletonmae_plugin.study.arguments import (  # noqa: E402
    parse_args,
    study_of,
)
from skeletonmae_plugin.study.output import (  # noqa: E402
    stem,
    write_docs,
    write_table,
)
from skeletonmae_plugin.study.run import run_rows  # noqa: E402
from skeletonmae_plugin.study.tables import TABLES  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / 'docs' / 'study.md'


@stop_in_words()
def main() -> None:
    """Make the tables, or print finished ones into the page."""
    args = parse_args(__doc__ or '')
    # What it says of files and variables stands in the way of the bar.
    MMLogger.get_instance('study', log_level=logging.WARNING)
    try:
        if args.write_docs:
            for table in args.table:
                write_docs(PAGE, args.out, table, args.set, args.on)
            return
        failures = _run(args)
    except (ImportError, OSError, ValueError, RuntimeError) as error:
        raise SystemExit(f'error: {error}') from error
    print(f'written to {args.out}')
    if failures:
        raise SystemExit(f'error: {len(failures)} processes failed, see above')


def _run(args: Namespace) -> list[str]:
    """Make the tables; returns what failed."""
    study = study_of(args, ROOT / 'configs')
    failures = []
    for table in args.table:
        name = stem(table, args.set, args.on)
        print(f'{name}:', flush=True)
        results, failed = run_rows(study, TABLES[table], args.out, args.jobs)
        print(write_table(study, results, args.out, name))
        failures += failed
    return failures


if __name__ == '__main__':
    main()
