"""The command line of the study, and the set that it asks about."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any

from ..cores import usable_cores
from ..label_efficiency.clips import (
    Clips,
    count_classes,
    data_checksum,
    read_clips,
)
from ..label_efficiency.copies import copies
from ..label_efficiency.run import Plan
from ..label_efficiency.spec import Spec, sweep_fraction
from .dev_split import DEV_TEST, DEV_TRAIN, write_dev
from .own_recipe import own_options
from .run import Study
from .sets import SETS, SetFacts, read_set
from .tables import TABLES


def parse_args(
    description: str, argv: Sequence[str] | None = None
) -> argparse.Namespace:
    """Read the command line.

    Args:
        description: Above the list of options.
        argv: Words; None: those of the process.
    """
    parser = argparse.ArgumentParser(
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add(
        'table',
        nargs='+',
        choices=TABLES,
        metavar='TABLE',
        help=f'one or more of {", ".join(TABLES)}',
    )
    add('--set', required=True, choices=SETS, help='the data')
    add('--out', type=Path, required=True, help='folder of all results')
    add(
        '--on',
        choices=('dev', 'test', 'unseen'),
        default='dev',
        help='dev (default): learn from and test on parts of the training '
        'split, to choose by; test: the splits of the set, for final tables; '
        'unseen: the same without the test clips that are copies of training '
        'clips, from the same trainings',
    )
    add(
        '--fractions',
        nargs='+',
        type=float,
        default=[0.05, 0.25],
        help='parts of the labels (default 0.05 0.25)',
    )
    add('--seeds', type=int, default=5, help='label subsets (default 5)')
    add(
        '--pretrain-seeds',
        type=int,
        default=2,
        help='pre-trainings of each row (default 2)',
    )
    add(
        '--sweep',
        action='store_true',
        help='choose the learning rate of each arm of each row among the '
        "same three, on a fifth of the training; default: the configs'",
    )
    add(
        '--epochs',
        type=float,
        default=1.0,
        metavar='PART',
        help='train for this part of all epochs, for a trial',
    )
    add(
        '--jobs',
        type=int,
        default=min(2, usable_cores()),
        help='trainings side by side, a core each (default %(default)s)',
    )
    add(
        '--write-docs',
        action='store_true',
        help='train nothing: put finished tables into docs/study.md',
    )
    args = parser.parse_args(argv)
    args.fractions = sorted(set(args.fractions))
    for fraction in args.fractions:
        if not 0 < fraction <= 1:
            parser.error(f'--fractions must be in (0, 1], got {fraction:g}')
    for name in ('seeds', 'pretrain_seeds', 'jobs'):
        if getattr(args, name) < 1:
            parser.error(f'--{name.replace("_", "-")} must be at least 1')
    if not 0 < args.epochs < inf:
        parser.error(f'--epochs must be above 0, got {args.epochs:g}')
    if os.environ.get('SKELETON_STREAM'):
        parser.error(
            'a table is of the recipe, but SKELETON_STREAM='
            f'{os.environ["SKELETON_STREAM"]} asks for one stream alone; '
            'unset it (the table streams compares them)'
        )
    return args


def study_of(args: argparse.Namespace, configs: Path) -> Study:
    """The set that is asked about, with a part of it to test on.

    Args:
        args: See ``parse_args``.
        configs: Folder of the configs.

    Raises:
        ValueError: If the file does not serve.
        FileNotFoundError: If it is not there.
    """
    facts = read_set(args.set, configs)
    ann_file, splits = facts.ann_file, (facts.train_split, facts.test_split)
    if args.on == 'dev':
        file = write_dev(facts, args.out / 'data')
        ann_file, splits = str(file.resolve()), (DEV_TRAIN, DEV_TEST)
    spec, train, test = question_of(
        facts,
        ann_file,
        splits,
        epochs=args.epochs,
        sweep=sweep_fraction(args.fractions) if args.sweep else None,
        stock_options=own_options(configs, 'stgcnpp', facts),
    )
    plan = Plan(
        (),
        tuple(args.fractions),
        tuple(range(args.seeds)),
        args.pretrain_seeds,
    )
    study = Study(spec, plan, train, test, configs)
    if args.on != 'unseen':
        return study
    seen = copies(ann_file, spec.layout, train.ids, test.ids)
    return replace(study, ignored=seen)


def question_of(
    facts: SetFacts, ann_file: str, splits: tuple[str, str], **changes: Any
) -> tuple[Spec, Clips, Clips]:
    """The question about a set, by the set's own recipe.

    Args:
        facts: Of the set.
        ann_file: Its file, or one with some of its clips.
        splits: To learn from, and to test on.
        changes: Further fields of the question.

    Returns:
        The question, training and test clips.

    Raises:
        ValueError: If the file does not serve.
    """
    train = read_clips(ann_file, facts.layout, splits[0])
    test = read_clips(ann_file, facts.layout, splits[1]).labelled()
    count_classes(ann_file, train, test)  # raises at a class unknown
    if train.up not in (None, facts.up):
        raise ValueError(
            f'{ann_file}: expected bodies that stand along {facts.up}, as '
            f'the configs of {facts.name} say, got such along {train.up}; '
            f'set up={train.up!r} in the facts of its base'
        )
    spec = facts.question(
        ann_file=ann_file,
        train_split=splits[0],
        test_split=splits[1],
        data=data_checksum(train, test),
        in_channels=train.num_coordinates,
        **changes,
    )
    return spec, train, test
