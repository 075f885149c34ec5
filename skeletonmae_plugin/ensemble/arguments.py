"""The command line of tools/ensemble.py."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from mmengine.config import DictAction

from .fusing import check_weights


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
        'dumps',
        nargs='*',
        metavar='DUMP.npz',
        help='scores of a model, from tools/test.py --dump DUMP.npz',
    )
    add(
        '--run',
        nargs=2,
        action='append',
        default=[],
        metavar=('CONFIG', 'CHECKPOINT'),
        help='a model to test first; its dump is kept in --out; may be '
        'repeated',
    )
    add(
        '--weights',
        nargs='+',
        type=float,
        help='of the dumps, then of the runs (default: equal). They are never '
        'tuned on these clips; to try several and report the best is to tune '
        'on the test',
    )
    add(
        '--choose-on',
        nargs='+',
        metavar='DUMP.npz',
        help='choose weights on dumps of the same models, in the same order, '
        'on clips that neither the test nor the training has',
    )
    add(
        '--softmax',
        action='store_true',
        help='make probabilities of scores that are none (default: scores '
        'are added up as they are)',
    )
    add(
        '--common',
        action='store_true',
        help='leave out clips that not all dumps have (default: an error)',
    )
    add(
        '--out',
        type=Path,
        help='folder of ensemble.md, ensemble.json and ensemble.npz '
        '(default: none is written)',
    )
    add(
        '--cfg-options',
        nargs='+',
        action=DictAction,
        metavar='KEY=VALUE',
        help='settings of the config of every --run to change',
    )
    args = parser.parse_args(argv)
    _check(parser, args)
    return args


def _check(parser: argparse.ArgumentParser, args: argparse.Namespace) -> None:
    count = len(args.dumps) + len(args.run)
    if not count:
        parser.error('give dumps, or --run CONFIG CHECKPOINT')
    if args.run and args.out is None:
        parser.error('--run keeps its dump in --out; give a folder')
    if args.cfg_options and not args.run:
        parser.error('--cfg-options is for --run')
    if args.weights and args.choose_on:
        parser.error('--weights or --choose-on, not both')
    if args.weights:
        try:
            check_weights(args.weights, count)
        except ValueError as error:
            parser.error(f'--weights: {error}')
    if args.choose_on and len(args.choose_on) != count:
        parser.error(
            f'--choose-on expects a dump for each of {count} members, got '
            f'{len(args.choose_on)}'
        )
    inputs = {Path(f).resolve() for f in args.dumps + (args.choose_on or [])}
    if args.out and (args.out / 'ensemble.npz').resolve() in inputs:
        parser.error(
            f'{args.out / "ensemble.npz"} is read and would be written over; '
            'give another --out'
        )
