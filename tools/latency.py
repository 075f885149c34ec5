r"""How long models take for one clip, on one core, side by side.

In PyTorch, as it is and with batch norms folded, and through ONNX Runtime.
All take turns, so that ratios are of one run. See docs/export.md.

Example:
    python tools/latency.py configs/strl_scratch_toy.py \
        configs/stgcnpp_toy.py --json latency.json
"""

import argparse
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

os.environ.setdefault('OMP_NUM_THREADS', '1')

import torch  # noqa: E402
from rich.progress import track  # noqa: E402

import skeletonmae_plugin  # noqa: E402, F401  # its cures come first
from skeletonmae_plugin.benchmark.machine import (  # noqa: E402
    commit,
    load_average,
    machine_facts,
    versions,
)
from skeletonmae_plugin.export.latency import (  # noqa: E402
    MODES,
    make_subject,
    time_calls,
)
from skeletonmae_plugin.export.latency_report import (  # noqa: E402
    latency_rows,
    latency_table,
)
from skeletonmae_plugin.whole_files import write_json, write_text  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]


def parse_args(words: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        'models',
        nargs='+',
        metavar='CONFIG[:CHECKPOINT]',
        help='configs of recognition; without a checkpoint of random weights, '
        'which take as long. Ratios are to the first',
    )
    parser.add_argument(
        '--modes',
        nargs='+',
        choices=MODES,
        default=list(MODES),
        help='default: all',
    )
    parser.add_argument(
        '--rounds', type=int, default=20, help='turns of each (default: 20)'
    )
    parser.add_argument(
        '--calls', type=int, default=25, help='clips a turn (default: 25)'
    )
    parser.add_argument('--json', type=Path, help='write rows and machine')
    parser.add_argument('--markdown', type=Path, help='write the table')
    args = parser.parse_args(words)
    if min(args.rounds, args.calls) < 1:
        parser.error('--rounds and --calls must be at least 1')
    if len(set(args.models)) < len(args.models):
        parser.error('a model is named twice; name each once')
    return args


def read_models(models: Sequence[str]) -> dict[str, tuple[str, str | None]]:
    """Name for the table -> config and checkpoint.

    The name is the config's, where that tells the models apart.
    """
    found = []
    for text in models:
        config, colon, checkpoint = text.partition('.py:')
        config = f'{config}.py' if colon else config
        found.append((text, config, checkpoint or None))
    stems = [Path(config).stem for _, config, _ in found]
    return {
        text if stems.count(stem) > 1 else stem: (config, checkpoint)
        for stem, (text, config, checkpoint) in zip(stems, found, strict=True)
    }


def rounds_bar(rounds: Iterable) -> Iterable:
    """Show how many rounds are done."""
    return track(rounds, description='rounds')


def main(words: Sequence[str] | None = None) -> None:
    """Time all models, print the table."""
    args = parse_args(words)
    torch.set_num_threads(1)
    try:
        subjects = [
            make_subject(name, *files, tuple(args.modes))
            for name, files in read_models(args.models).items()
        ]
    except (ImportError, OSError, ValueError) as error:
        raise SystemExit(f'error: {error}') from error
    sides = {
        (subject.name, mode): call
        for subject in subjects
        for mode, call in subject.sides.items()
    }
    seconds = time_calls(sides, args.rounds, args.calls, track=rounds_bar)
    rows = latency_rows(subjects, seconds)
    table = latency_table(rows)
    print(table)
    if args.markdown is not None:
        write_text(args.markdown, table)
    if args.json is not None:
        facts = machine_facts(torch.device('cpu'))
        content = dict(
            rows=rows,
            rounds=args.rounds,
            calls=args.calls,
            machine=facts,
            versions=versions(),
            commit=commit(ROOT),
            load_average=load_average(),
        )
        write_json(args.json, content)


if __name__ == '__main__':
    main()
