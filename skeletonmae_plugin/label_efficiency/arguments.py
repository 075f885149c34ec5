"""The command line, and the question that it asks."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from mmengine.config import DictAction
from mmengine.logging import print_log

from ..cores import usable_cores
from ..datasets.skeleton_dataset import SkeletonDataset
from ..datasets.way_up import way_up
from ..functional.upright import UPWARD
from ..weights import GENERATED_MOTION
from .clips import (
    Clips,
    content_checksum,
    count_classes,
    data_checksum,
    read_clips,
)
from .configs import (
    config_file,
    kinds_of,
    kinds_of_arm,
    recipe_checksum,
)
from .fitting import require_models, require_weights
from .pretrain_clips import read_unlabelled, require_unseen_test
from .run import Plan
from .spec import ARMS, BUDGETS, Spec, given_weights, sweep_fraction


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
    _add_data(parser)
    _add_amount(parser)
    _add_pretraining(parser)
    args = parser.parse_args(argv)
    budget = BUDGETS[args.budget]
    args.fractions = sorted(set(args.fractions or budget.fractions))
    args.seeds = budget.seeds if args.seeds is None else args.seeds
    args.arms = [arm for arm in ARMS if arm in (args.arms or budget.arms)]
    args.sweep = budget.sweep if args.sweep is None else args.sweep
    _check(parser, args)
    return args


def _add_data(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group('the file').add_argument
    add('--ann-file', required=True, help='pickle or packed store')
    add('--layout', required=True, help='name, or a .json file of one')
    add('--train-split', required=True, help='clips to learn from')
    add('--test-split', required=True, help='clips to test on')
    add(
        '--num-person',
        type=int,
        default=1,
        help='persons to look at (default 1)',
    )
    add(
        '--clip-len',
        type=int,
        default=32,
        help='frames to look at (default 32)',
    )
    add(
        '--up',
        choices=UPWARD,
        help='which way is up in 3D, --up=-y where y points downwards '
        '(default: as most bodies stand)',
    )
    add('--out', type=Path, required=True, help='folder of all results')


def _add_amount(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group('how much').add_argument
    add(
        '--budget',
        choices=BUDGETS,
        default='full',
        help='quick: two fractions, three seeds, half of the epochs, no sweep '
        'and no self-training; full, the default: four, five seeds, all '
        'epochs, rates swept; what is given besides counts',
    )
    add('--fractions', nargs='+', type=float, help='parts of the labels')
    add('--seeds', type=int, help='number of label subsets a fraction')
    add(
        '--pretrain-seeds',
        type=int,
        default=1,
        help='pre-trainings (default 1)',
    )
    add(
        '--arms',
        nargs='+',
        choices=ARMS,
        metavar='ARM',
        help=f'what to compare, of {", ".join(ARMS)}',
    )
    add(
        '--stgcnpp',
        action='store_true',
        help="add MMAction2's ST-GCN++, about twenty times as slow",
    )
    add(
        '--sweep',
        action=argparse.BooleanOptionalAction,
        help='choose learning rates on a part of the training split',
    )
    add(
        '--jobs',
        type=int,
        default=min(2, usable_cores()),
        help='trainings side by side, a core each (default %(default)s)',
    )
    add(
        '--train-options',
        nargs='+',
        action=DictAction,
        default={},
        help='--cfg-options of STRL with labels, pre-trained or not',
    )
    add(
        '--stgcnpp-options',
        nargs='+',
        action=DictAction,
        default={},
        help='--cfg-options of ST-GCN++, for instance another budget',
    )
    add(
        '--configs',
        metavar='PATTERN',
        help='another model than STRL: path of its configs, with {} in the '
        'place of pretrain, scratch and finetune',
    )


def _add_pretraining(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group('pre-training').add_argument
    add(
        '--pretrained',
        metavar='CKPT',
        help='take these weights instead; generated-motion: those that come '
        'with the package',
    )
    add(
        '--other-joints',
        action='store_true',
        help='--pretrained is of other joints or coordinates than the file: '
        'what does not fit for that begins from random numbers',
    )
    add(
        '--pretrain-on',
        choices=('train', 'all'),
        default='train',
        help='all: the test clips too, which is marked as transductive',
    )
    add(
        '--unlabelled',
        nargs='+',
        default=[],
        metavar='FILE',
        help='pre-train on all clips of these as well, of the same joints',
    )
    add(
        '--pretrain-options',
        nargs='+',
        action=DictAction,
        default={},
        help='--cfg-options of the pre-training',
    )


def _check(parser: argparse.ArgumentParser, args: argparse.Namespace) -> None:
    for fraction in args.fractions:
        if not 0 < fraction <= 1:
            parser.error(f'--fractions must be in (0, 1], got {fraction:g}')
    for name in ('seeds', 'pretrain_seeds', 'jobs', 'num_person', 'clip_len'):
        if getattr(args, name) < 1:
            option = name.replace('_', '-')
            parser.error(f'--{option} must be at least 1')
    if args.train_split == args.test_split:
        parser.error('--test-split must be another than --train-split')
    if args.pretrained is not None:
        if (
            args.pretrain_on == 'all'
            or args.unlabelled
            or args.pretrain_options
        ):
            parser.error(
                '--pretrained takes weights as they are; leave --pretrain-on, '
                '--unlabelled and --pretrain-options out'
            )
        given = args.pretrained
        if given != GENERATED_MOTION and not Path(given).is_file():
            parser.error(f'--pretrained: no such file: {args.pretrained}')
        if args.pretrain_seeds > 1:
            parser.error('--pretrained is one pre-training, not several')
    if args.other_joints and args.pretrained in (None, GENERATED_MOTION):
        parser.error(
            '--other-joints is for weights of another set; give their file '
            'as --pretrained'
        )
    if args.configs is not None and args.configs.count('{}') != 1:
        parser.error(
            '--configs must have {} once, in the place of pretrain, scratch '
            f'and finetune, got {args.configs}'
        )
    if args.stgcnpp and 'stgcnpp' not in args.arms:
        args.arms.append('stgcnpp')
    if args.stgcnpp_options and 'stgcnpp' not in args.arms:
        parser.error(
            '--stgcnpp-options are for the arm stgcnpp, which is not asked '
            'for; add --stgcnpp'
        )


def question(
    args: argparse.Namespace, configs: Path
) -> tuple[Spec, Plan, Clips, Clips]:
    """Read the file, and say what is asked about it.

    Args:
        args: See ``parse_args``.
        configs: Folder of the ``*_any.py`` configs.

    Returns:
        The question, its cells, training and test clips.

    Raises:
        ValueError: If the file does not serve, or unlabelled ones do not.
        FileNotFoundError: If one, or a config of an arm, is not there.
    """
    path = str(Path(args.ann_file).expanduser().resolve())
    layout = args.layout
    if layout.endswith('.json'):
        layout = str(Path(layout).resolve())
    train = read_clips(path, layout, args.train_split)
    # Accuracy needs the truth.
    test = read_clips(path, layout, args.test_split).labelled()
    common = set(train.ids) & set(test.ids)
    if common:
        raise ValueError(
            f'{path}: {len(common)} clips are in both {args.train_split!r} '
            f'and {args.test_split!r}, for instance {min(common)!r}; expected '
            'splits without a clip in common'
        )
    files = tuple(str(Path(f).resolve()) for f in args.unlabelled)
    more = {file: read_unlabelled(file, layout) for file in files}
    unlabelled = [content_checksum(data) for data in more.values()]
    up = _way_up(args.up, path, train, test, more)
    given, checksum = given_weights(
        args.pretrained, layout, train.num_coordinates
    )
    spec = Spec(
        ann_file=path,
        layout=layout,
        train_split=args.train_split,
        test_split=args.test_split,
        data=data_checksum(train, test, unlabelled),
        in_channels=train.num_coordinates,
        num_classes=count_classes(path, train, test),
        num_person=args.num_person,
        clip_len=args.clip_len,
        pretrained=given,
        pretrained_checksum=checksum,
        pretrain_on=args.pretrain_on,
        unlabelled=files,
        epochs=BUDGETS[args.budget].epochs,
        sweep=sweep_fraction(args.fractions) if args.sweep else None,
        pretrain_options=dict(args.pretrain_options),
        train_options=dict(args.train_options),
        stock_options=dict(args.stgcnpp_options),
        configs=args.configs and str(Path(args.configs).resolve()),
        up=up,
        other_joints=args.other_joints,
    )
    require_unseen_test(spec)
    _require_configs(configs, spec, args.arms)
    plan = Plan(
        tuple(args.arms),
        tuple(args.fractions),
        tuple(range(args.seeds)),
        args.pretrain_seeds,
    )
    recipes = {
        kind: recipe_checksum(configs, kind, spec)
        for kind in kinds_of(configs, spec)
    }
    spec = replace(spec, recipes=recipes)
    require_models(configs, spec, args.arms)
    require_weights(configs, spec, args.arms)
    return spec, plan, train, test


def _require_configs(folder: Path, spec: Spec, arms: Sequence[str]) -> None:
    there = kinds_of(folder, spec)
    for arm in arms:
        for kind in kinds_of_arm(arm):
            given = kind == 'pretrain' and spec.pretrained is not None
            if kind not in there and not given:
                raise FileNotFoundError(
                    f'{config_file(folder, kind, spec)} is not there, and the '
                    f'arm {arm!r} needs it; add it, or leave the arm out of '
                    '--arms'
                )


def _way_up(
    given: str | None,
    path: str,
    train: Clips,
    test: Clips,
    more: Mapping[str, SkeletonDataset],
) -> str:
    """Which way is up in all clips that are asked about.

    Args:
        given: As the user says.
        path: The file.
        train: Its training clips.
        test: Its test clips.
        more: Unlabelled clips by file.

    Raises:
        ValueError: If the user says it of clips in the plane, or if clips
            differ and he does not.
    """
    if train.num_coordinates != 3:
        if given not in (None, 'y'):
            raise ValueError(
                f'{path}: --up is for joints with 3 coordinates, got '
                f'{train.num_coordinates}; leave it out'
            )
        return 'y'
    if given is not None:
        return given
    seen = {f'the training clips of {path}': train.up}
    seen[f'the test clips of {path}'] = test.up
    seen |= {file: way_up(data) for file, data in more.items()}
    known = {where: up for where, up in seen.items() if up is not None}
    if not known:
        print_log(
            f'{path}: it is not seen which way is up (bodies stand along no '
            'axis for the most part, or the layout has no parts with "head" '
            'and "leg" in their names): y is taken; --up tells it',
            'current',
            logging.WARNING,
        )
        return 'y'
    (first, up), *rest = known.items()
    for where, other in rest:
        if other != up:
            raise ValueError(
                f'bodies stand along {up} in {first}, along {other} in '
                f'{where}; expected one way up in all: turn one of them, or '
                'say --up if they are alike'
            )
    return up
