r"""Make one of the paper's tables on a set.

Each row changes something of the literal recipe (configs/*_paper.py), is
pre-trained and fine-tuned with all labels, several times over, and stands
beside the number that was published. May be killed and started again: what is
done is kept in --out, and rows and tables share what they can.

Example:
    python tools/make_toy_data.py --out data/toy.pkl
    TOY_2D=data/toy.pkl python tools/reproduce.py depth --set toy --seeds 1 \
        --epochs-scale 0.02
    ROUTINE16_2D=routine16_2d.pkl python tools/reproduce.py main controls \
        --set routine16
    NTU60_2D=ntu60_2d.pkl python tools/reproduce.py main --set ntu60 \
        --launcher pytorch --nproc 8
    python tools/reproduce.py main --set ntu60 --estimate --num-clips 40000
    python tools/reproduce.py controls --set nwucla --name normed \
        --epochs-scale 0.1 --write-docs
"""

import logging
import os
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

# Trainings run side by side: more threads than one spin against each other.
os.environ.setdefault('OMP_NUM_THREADS', '1')

from mmengine.logging import MMLogger  # noqa: E402
from rich.progress import track  # noqa: E402

import skeletonmae_plugin  # noqa: E402, F401  # its cures come first
from skeletonmae_plugin.reproduce import TABLES  # noqa: E402
from skeletonmae_plugin.reproduce.arguments import (  # noqa: E402
    amount_of,
    num_clips_of,
    parse_args,
    place_of,
    remarks_of,
    study_of,
    unread_study_of,
)
from skeletonmae_plugin.reproduce.hours import (  # noqa: E402
    estimate,
    in_words,
)
from skeletonmae_plugin.reproduce.output import (  # noqa: E402
    require_same_question,
    write_table,
)
from skeletonmae_plugin.reproduce.page import (  # noqa: E402
    hours_file,
    write_docs,
    write_overview,
)
from skeletonmae_plugin.stopping import stop_in_words  # noqa: E402
from skeletonmae_plugin.study.run import run_rows  # noqa: E402
from skeletonmae_plugin.whole_files import write_json  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
CONFIGS = ROOT / 'configs'
PAGE = ROOT / 'docs' / 'reproduce.md'


@stop_in_words()
def main() -> None:
    """Make the tables, time them, or print finished ones into the page."""
    args = parse_args(__doc__ or '', CONFIGS)
    # What it says of files and variables stands in the way of the bar.
    MMLogger.get_instance('reproduce', log_level=logging.WARNING)
    failures: list[str] = []
    try:
        if args.write_docs:
            amount = amount_of(args, unread_study_of(args, CONFIGS).spec)
            for table in args.table:
                write_docs(PAGE, args.out, table, amount)
            write_overview(PAGE, args.out)
            return
        failures = _estimate(args) if args.estimate else _run(args)
    except (OSError, ValueError, RuntimeError) as error:
        raise SystemExit(f'error: {error}') from error
    print(f'written to {args.out}')
    if failures:
        raise SystemExit(f'error: {len(failures)} processes failed, see above')


def _run(args: Namespace) -> list[str]:
    """Make the tables; returns what failed."""
    study, left_out = study_of(args, CONFIGS, ROOT / 'tools')
    for words in left_out:
        print(f'not pre-trained on {words}')
    place, failures = place_of(args, study), []
    amount = amount_of(args, study.spec)
    paths = {table: args.out / amount.stem(table) for table in args.table}
    for path in paths.values():
        require_same_question(study, path)
    remarks = remarks_of(args, study)
    for table, path in paths.items():
        lines = list(TABLES[table](place))
        print(f'{path.name}:', flush=True)
        rows = [line.row for line in lines]
        results, failed = run_rows(study, rows, args.out, args.jobs)
        text = write_table(study, args.set, lines, results, path, remarks)
        print(text)
        failures += failed
    return failures


def _estimate(args: Namespace) -> list[str]:
    """Say how long the tables would take; nothing fails but the whole."""
    study = unread_study_of(args, CONFIGS)
    num_clips = num_clips_of(args, study)
    known: dict[str, float] = {}
    amount = amount_of(args, study.spec)
    place, folder = place_of(args, study), args.out / 'hours' / 'work'
    for table in args.table:
        lines = list(TABLES[table](place))
        found = estimate(
            study, args.set, lines, num_clips, folder, track, known
        )
        found |= dict(table=table, amount=asdict(amount))
        name = amount.stem(table)
        write_json(hours_file(args.out, name, found['device']), found)
        print(f'{name}: about {in_words(found)}')
    return []


if __name__ == '__main__':
    main()
