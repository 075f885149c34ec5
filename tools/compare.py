"""Pre-trained against scratch against stock ST-GCN++, over seeds and splits.

Trains every missing cell with tools/train.py and the shipped configs, one
after another, and writes results.json and table.md after each. It may be
killed and started again. The last epoch counts: nothing is chosen by the test
split.

Example:
    NWUCLA_3D=nw_ucla_3d.pkl python tools/compare.py nwucla --seeds 0 1 2
"""

import argparse
import json
import os
from pathlib import Path

from mmengine.config import Config, DictAction
from rich.progress import track

import skeletonmae_plugin  # noqa: F401  # its cures come first
from skeletonmae_plugin.datasets.folder_lock import only_writer
from skeletonmae_plugin.evaluation.compare import (
    ARMS,
    SPLITS,
    accuracy_table,
    claim,
    configs_of,
    missing_cells,
    run_cell,
)
from skeletonmae_plugin.label_efficiency.configs import config_checksum
from skeletonmae_plugin.whole_files import write_json, write_text

ROOT = Path(__file__).resolve().parents[1]


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument('set', help='nwucla, jhmdb, routine16, sbu, toy, ...')
    parser.add_argument('--arms', nargs='+', choices=ARMS, default=list(ARMS))
    parser.add_argument('--seeds', nargs='+', type=int, default=[0, 1, 2])
    parser.add_argument('--splits', nargs='+', help='default: all of the set')
    parser.add_argument(
        '--out', type=Path, help='default: work_dirs/compare/SET'
    )
    parser.add_argument(
        '--cfg-options', nargs='+', default=[], help='for every training'
    )
    args = parser.parse_args()
    if args.splits and args.set not in SPLITS:
        parser.error(
            f'--splits is for {" and ".join(SPLITS)}, not for {args.set}; a '
            'set that has others (NTU60_SPLIT for one) is given its variable, '
            'and an --out for each'
        )
    return args


def main() -> None:
    """Run what is missing."""
    args = parse_args()
    out = (args.out or Path('work_dirs/compare') / args.set).resolve()
    out.mkdir(parents=True, exist_ok=True)
    try:
        with only_writer(out):
            claim(out, _asked(args))
            results = _run(args, out)
    except (OSError, RuntimeError, ValueError) as error:
        raise SystemExit(f'error: {error}') from error
    print(accuracy_table(results))


def _asked(args: argparse.Namespace) -> dict:
    """Options, and the configs of the arms; data files are known by path."""
    # Each training is given its own.
    splits = [variable for variable, _ in SPLITS.values()]
    for variable in ('SKELETONMAE_CHECKPOINT', *splits):
        os.environ.pop(variable, None)
    parser = argparse.ArgumentParser()
    parser.add_argument('options', nargs='*', action=DictAction)
    changes = parser.parse_args(args.cfg_options).options or {}
    asked = dict(set=args.set, options=sorted(args.cfg_options))
    for arm in args.arms:
        for config in configs_of(arm, args.set):
            # It reads the variables of data and streams.
            cfg = Config.fromfile(ROOT / 'configs' / f'{config}.py')
            cfg.merge_from_dict(changes)
            asked[config] = config_checksum(cfg)
    return asked


def _run(args: argparse.Namespace, out: Path) -> list[dict]:
    file = out / 'results.json'
    results = json.loads(file.read_text()) if file.exists() else []
    splits = args.splits or SPLITS.get(args.set, ('', ('-',)))[1]
    cells = missing_cells(results, args.arms, args.seeds, splits)
    for cell in track(cells, description=args.set):
        results.append(run_cell(ROOT, args.set, cell, out, args.cfg_options))
        write_json(file, results)
        write_text(out / 'table.md', accuracy_table(results))
    return results


if __name__ == '__main__':
    main()
