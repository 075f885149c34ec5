r"""Self-training: a model labels unlabelled clips for the next one.

A teacher is trained on the labelled clips; of each class that it predicts
among the unlabelled clips the most confident part is believed; the next model
is trained on both, from a fresh start. Prints a table of the rounds. It may be
killed and started again. See docs/self_training.md for when it helps.

Example:
    python tools/make_toy_data.py --out data/toy.pkl
    python tools/data/few_labels.py data/toy.pkl --layout coco --split train \
        --out data/toy_few_labels
    python tools/self_train.py configs/strl_scratch_toy.py \
        --labelled data/toy_few_labels/train_10_seed0.txt \
        --work-dir work_dirs/self_train_toy
"""

import argparse
from collections.abc import Iterable

from mmengine.config import DictAction
from rich.progress import track

import skeletonmae_plugin  # noqa: F401  # its cures come first
from skeletonmae_plugin.datasets.subsets import read_ids
from skeletonmae_plugin.self_training import (
    read_rounds,
    rounds_table,
    run_self_training,
)
from skeletonmae_plugin.stopping import stop_in_words


def parse_args(words: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        'config', help='a recognition config: strl_scratch_*, strl_finetune_*'
    )
    parser.add_argument(
        '--labelled',
        required=True,
        metavar='IDS',
        help='names of the labelled clips: a JSON list or one a line, as '
        'subset_file of the data set is written',
    )
    parser.add_argument(
        '--unlabelled',
        metavar='IDS',
        help='names of unlabelled clips; default: the rest of the training '
        'split, whose labels are not looked at',
    )
    parser.add_argument(
        '--work-dir', required=True, help='folder of all results'
    )
    parser.add_argument(
        '--rounds',
        nargs='*',
        type=float,
        help='part of each predicted class to believe, a number a round '
        '(default: 0.5 0.7; with --spread no further round)',
    )
    parser.add_argument(
        '--spread',
        action='store_true',
        help='begin with labels that spread to clips alike in the pre-trained '
        'features of the config, strl_finetune_*',
    )
    parser.add_argument(
        '--views',
        type=int,
        default=4,
        help='augmented views that a prediction is averaged over, beside the '
        'plain one (default: 4)',
    )
    parser.add_argument(
        '--seed', type=int, default=0, help='of all rounds (default: 0)'
    )
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        action=DictAction,
        metavar='KEY=VALUE',
        help='settings of the config to change, in all rounds',
    )
    args = parser.parse_args(words)
    if args.rounds is None:
        args.rounds = [] if args.spread else [0.5, 0.7]
    return args


def views_bar(views: Iterable) -> Iterable:
    """Show how many views are predicted."""
    return track(views, description='views')


@stop_in_words()
def main(words: list[str] | None = None) -> None:
    """Run what is missing."""
    args = parse_args(words)
    try:
        checkpoint = run_self_training(
            args.config,
            read_ids(args.labelled),
            read_ids(args.unlabelled) if args.unlabelled else None,
            args.work_dir,
            args.rounds,
            args.views,
            args.seed,
            args.cfg_options,
            views_bar,
            args.spread,
        )
    except (OSError, RuntimeError, ValueError) as error:
        raise SystemExit(f'error: {error}') from error
    print(rounds_table(read_rounds(args.work_dir)))
    print(f'last checkpoint: {checkpoint}')


if __name__ == '__main__':
    main()
