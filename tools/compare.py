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
import subprocess
import sys
import time
from pathlib import Path
from statistics import mean, stdev

from rich.progress import track

ROOT = Path(__file__).resolve().parents[1]
# Environment variable that chooses a split in the configs of a set.
SPLITS = {
    'jhmdb': ('JHMDB_SPLIT', ('1', '2', '3')),
    'sbu': ('SBU_FOLD', ('1', '2', '3', '4', '5')),
}
CONFIGS = {
    'pretrained': 'strl_finetune',
    'scratch': 'strl_scratch',
    'stgcnpp': 'stgcnpp',
}


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument('set', help='nwucla, jhmdb, routine16, sbu, toy, ...')
    parser.add_argument(
        '--arms', nargs='+', choices=CONFIGS, default=list(CONFIGS)
    )
    parser.add_argument('--seeds', nargs='+', type=int, default=[0, 1, 2])
    parser.add_argument('--splits', nargs='+', help='default: all of the set')
    parser.add_argument('--out', type=Path, help='default: work_dirs/compare')
    parser.add_argument(
        '--cfg-options', nargs='+', default=[], help='for every training'
    )
    return parser.parse_args()


def train(
    config: str, work_dir: Path, seed: int, env: dict, options: list[str]
) -> None:
    """One training as a user would start it; its output goes to a file."""
    command = [sys.executable, str(ROOT / 'tools/train.py')]
    command += [str(ROOT / 'configs' / f'{config}.py')]
    command += ['--work-dir', str(work_dir), '--seed', str(seed), '--resume']
    if options:
        command += ['--cfg-options', *options]
    work_dir.mkdir(parents=True, exist_ok=True)
    with open(work_dir / 'output.txt', 'a') as output:
        done = subprocess.run(
            command, env={**os.environ, **env}, stdout=output, stderr=output
        )
    if done.returncode:
        raise SystemExit(f'{config} failed, see {work_dir}/output.txt')


def checkpoint(work_dir: Path) -> str:
    """The last checkpoint of a training."""
    return (work_dir / 'last_checkpoint').read_text().strip()


def accuracy(work_dir: Path) -> dict[str, float]:
    """Last test result that a training has logged."""
    newest = max(work_dir.glob('*/vis_data/scalars.json'))
    lines = [json.loads(line) for line in newest.read_text().splitlines()]
    last = [line for line in lines if 'acc/top1' in line][-1]
    return dict(top1=last['acc/top1'], mean_class=last['acc/mean1'])


def run_cell(args: argparse.Namespace, cell: dict, out: Path) -> dict:
    """Train one arm with one seed on one split."""
    variable = SPLITS.get(args.set, ('', ()))[0]
    env = {variable: cell['split']} if variable else {}
    place = out / f'seed{cell["seed"]}_split{cell["split"]}'
    start = time.time()
    if cell['arm'] == 'pretrained':
        config = f'skeletonmae_pretrain_{args.set}'
        train(config, place / config, cell['seed'], env, args.cfg_options)
        env['SKELETONMAE_CHECKPOINT'] = checkpoint(place / config)
    config = f'{CONFIGS[cell["arm"]]}_{args.set}'
    train(config, place / config, cell['seed'], env, args.cfg_options)
    seconds = round(time.time() - start)
    return {**cell, **accuracy(place / config), 'seconds': seconds}


def table(results: list[dict]) -> str:
    """Markdown: mean over splits, then mean and std over seeds."""
    lines = ['| arm | top-1 % | mean class % | seeds x splits | s a run |']
    lines += ['|---|---|---|---|---|']
    for arm in CONFIGS:
        rows = [r for r in results if r['arm'] == arm]
        cells = []
        for key in ('top1', 'mean_class') if rows else ():
            seeds = sorted({r['seed'] for r in rows})
            means = [
                100 * mean(r[key] for r in rows if r['seed'] == seed)
                for seed in seeds
            ]
            spread = f' ± {stdev(means):.1f}' if len(means) > 1 else ''
            cells.append(f'{mean(means):.1f}{spread}')
        if rows:
            splits = {r['split'] for r in rows}
            seconds = mean(r['seconds'] for r in rows)
            cells += [f'{len(seeds)} x {len(splits)}', f'{seconds:.0f}']
            lines.append(f'| {arm} | ' + ' | '.join(cells) + ' |')
    return '\n'.join(lines) + '\n'


def main() -> None:
    """Run what is missing."""
    args = parse_args()
    out = args.out or Path('work_dirs/compare') / args.set
    out = out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    file = out / 'results.json'
    results = json.loads(file.read_text()) if file.exists() else []
    done = {(r['arm'], r['seed'], r['split']) for r in results}
    splits = args.splits or SPLITS.get(args.set, ('', ('-',)))[1]
    cells = [
        dict(arm=arm, seed=seed, split=split)
        for seed in args.seeds
        for arm in args.arms
        for split in splits
        if (arm, seed, split) not in done
    ]
    for cell in track(cells, description=args.set):
        results.append(run_cell(args, cell, out))
        temporary = file.with_suffix('.tmp')
        temporary.write_text(json.dumps(results, indent=1))
        temporary.replace(file)
        (out / 'table.md').write_text(table(results))
    print(table(results))


if __name__ == '__main__':
    main()
