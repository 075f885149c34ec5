"""Arms of a comparison, trained as a user would train them."""

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from ..engine.resuming import resume_words, trained_checkpoint
from ..whole_files import write_json

PRETRAINED = 'pretrained'
#: Arm -> start of its config's name.
ARMS = {
    PRETRAINED: 'strl_finetune',
    'scratch': 'strl_scratch',
    'stgcnpp': 'stgcnpp',
}
#: Set -> variable that chooses a split in its configs, and the splits.
SPLITS = {
    'jhmdb': ('JHMDB_SPLIT', ('1', '2', '3')),
    'sbu': ('SBU_FOLD', ('1', '2', '3', '4', '5')),
}
_LOG_TIME = re.compile(r'^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d', re.MULTILINE)


def claim(out: Path, asked: dict[str, Any]) -> None:
    """Keep a folder for one comparison, of which more may be asked later.

    Args:
        out: Its folder.
        asked: Plain values by name that its trainings depend on.

    Raises:
        ValueError: If it holds trainings of another, or nobody knows of
            which.
    """
    file = out / 'comparison.json'
    if not file.exists() and (out / 'results.json').exists():
        raise ValueError(
            f'{out} holds results that an earlier version has written, which '
            'does not say of what; give another --out'
        )
    kept = json.loads(file.read_text()) if file.exists() else {}
    changes = [
        f'{key} was {kept[key]!r} and is {asked[key]!r}'
        for key in asked
        if kept.get(key, asked[key]) != asked[key]
    ]
    if changes:
        raise ValueError(
            f'{out} is of another comparison: {"; ".join(changes)}. Ask as '
            'before, or give another --out'
        )
    write_json(file, {**kept, **asked})


def configs_of(arm: str, name: str) -> list[str]:
    """Names of the configs of an arm of a set, in the order of training."""
    before = ['skeletonmae_pretrain'] if arm == PRETRAINED else []
    return [f'{start}_{name}' for start in (*before, ARMS[arm])]


def missing_cells(
    results: Sequence[dict],
    arms: Sequence[str],
    seeds: Sequence[int],
    splits: Sequence[str],
) -> list[dict]:
    """Cells (arm, seed, split) that ``results`` do not have yet."""
    done = {(r['arm'], r['seed'], r['split']) for r in results}
    return [
        dict(arm=arm, seed=seed, split=split)
        for seed in seeds
        for arm in arms
        for split in splits
        if (arm, seed, split) not in done
    ]


def run_cell(
    root: Path, name: str, cell: dict, out: Path, options: Sequence[str]
) -> dict:
    """Train one arm of a set with one seed on one split.

    Args:
        root: Holds ``tools`` and ``configs``.
        name: Name of the set, as in the configs' names.
        cell: arm, seed and split.
        out: Folder of the comparison.
        options: ``--cfg-options`` of every training.

    Returns:
        The cell with top1, mean_class (both in 0..1) and seconds, of all
        runs if it was broken off and resumed.

    Raises:
        RuntimeError: If a training fails; names its output file.
    """
    place = out / f'seed{cell["seed"]}_split{cell["split"]}'
    env = {SPLITS[name][0]: cell['split']} if name in SPLITS else {}
    seconds = 0
    for config in configs_of(cell['arm'], name):
        _train(root, config, place / config, cell['seed'], env, options)
        seconds += read_seconds(place / config)
        # Of a pre-training, for the config after it.
        env['SKELETONMAE_CHECKPOINT'] = str(trained_checkpoint(place / config))
    return {**cell, **read_accuracy(place / config), 'seconds': seconds}


def _train(
    root: Path,
    config: str,
    work_dir: Path,
    seed: int,
    env: dict[str, str],
    options: Sequence[str],
) -> None:
    """One training; what it prints goes to ``work_dir/output.txt``."""
    command = [sys.executable, str(root / 'tools' / 'train.py')]
    command += [str(root / 'configs' / f'{config}.py')]
    command += resume_words(work_dir)
    command += ['--work-dir', str(work_dir), '--seed', str(seed)]
    command += ['--cfg-options', *options] if options else []
    work_dir.mkdir(parents=True, exist_ok=True)
    with open(work_dir / 'output.txt', 'a') as output:
        done = subprocess.run(
            command, env={**os.environ, **env}, stdout=output, stderr=output
        )
    if done.returncode:
        raise RuntimeError(f'{config} failed, see {work_dir}/output.txt')


def read_accuracy(work_dir: Path) -> dict[str, float]:
    """Test result of the last epoch that the runs of a folder have logged.

    A run that resumes a complete training logs none of its own.

    Raises:
        RuntimeError: If there is none, or one of an earlier epoch alone: the
            training was killed between its last checkpoint and its test.
    """
    rows = [
        json.loads(line)
        for log in sorted(work_dir.glob('*/vis_data/scalars.json'))
        for line in log.read_text().splitlines()
    ]
    results = [row for row in rows if 'acc/top1' in row]
    if not results:
        raise RuntimeError(
            f'no acc/top1 in any */vis_data/scalars.json of {work_dir}; '
            'expected one after each training: remove the folder to train '
            'anew'
        )
    last = results[-1]
    trained = trained_checkpoint(work_dir).stem
    if trained != f'epoch_{last["step"]}':
        raise RuntimeError(
            f'the last acc/top1 in {work_dir} is of epoch {last["step"]}, but '
            f'{trained} is the last checkpoint: the training was killed '
            'before its test; remove the folder to train anew'
        )
    return dict(top1=last['acc/top1'], mean_class=last['acc/mean1'])


def read_seconds(work_dir: Path) -> int:
    """Duration of all runs of a folder, from the times in their logs."""
    total = 0.0
    for log in work_dir.glob('*/*.log'):
        times = [
            datetime.strptime(text, '%Y/%m/%d %H:%M:%S')
            for text in _LOG_TIME.findall(log.read_text())
        ]
        if times:
            total += (times[-1] - times[0]).total_seconds()
    return round(total)


def accuracy_table(results: Sequence[dict]) -> str:
    """Markdown: mean over splits, then mean ± std over seeds, in percent.

    A seed counts once it has all splits that any other has; which do not is
    told below.
    """
    every = {row['split'] for row in results}
    splits = defaultdict(set)
    for row in results:
        splits[row['arm'], row['seed']].add(row['split'])
    complete = {run for run, its in splits.items() if its == every}
    lines = [
        '| arm | top-1 % | mean class % | seeds x splits | s a run |',
        '|---|---|---|---|---|',
    ]
    for arm in ARMS:
        rows = [
            row
            for row in results
            if row['arm'] == arm and (arm, row['seed']) in complete
        ]
        if rows:
            seeds = len({row['seed'] for row in rows})
            seconds = mean(row['seconds'] for row in rows)
            lines.append(
                f'| {arm} | {_over_seeds(rows, "top1")} '
                f'| {_over_seeds(rows, "mean_class")} '
                f'| {seeds} x {len(every)} | {seconds:.0f} |'
            )
    waiting = sorted(splits.keys() - complete)
    if waiting:
        names = ', '.join(f'{arm} of seed {seed}' for arm, seed in waiting)
        lines += ['', f'Left out, of which splits are missing: {names}.']
    return '\n'.join(lines) + '\n'


def _over_seeds(rows: Sequence[dict], key: str) -> str:
    means = [
        100 * mean(row[key] for row in rows if row['seed'] == seed)
        for seed in sorted({row['seed'] for row in rows})
    ]
    spread = f' ± {stdev(means):.1f}' if len(means) > 1 else ''
    return f'{mean(means):.1f}{spread}'
