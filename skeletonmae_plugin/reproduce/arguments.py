"""The command line, and the set that a table is made on."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any

from mmengine.config import DictAction

from ..cores import usable_cores
from ..label_efficiency.clips import Clips, read_clips
from ..label_efficiency.configs import load_config
from ..label_efficiency.launching import SCRIPTS, Launcher
from ..label_efficiency.run import Plan
from ..label_efficiency.spec import RECIPES, Spec
from ..layouts import get_layout
from ..study.arguments import question_of
from ..study.own_recipe import own_options
from ..study.run import Study, with_options
from ..study.sets import SetFacts, read_facts, read_set, set_names
from .output import Amount
from .paper import protocol
from .rows import TABLES, Place

#: Variable that feeds models with one stream.
STREAM = 'SKELETON_STREAM'


def parse_args(
    description: str, configs: Path, argv: Sequence[str] | None = None
) -> argparse.Namespace:
    """Read the command line.

    Args:
        description: Above the list of options.
        configs: Folder of the configs, which tell what sets there are.
        argv: Words; None: those of the process.
    """
    parser = argparse.ArgumentParser(
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    sets = set_names(configs)
    _add_amount(parser, sets)
    _add_options(parser)
    _add_launcher(parser)
    _add_hours(parser)
    args = parser.parse_args(argv)
    if args.jobs is None:
        args.jobs = min(2, usable_cores()) if not args.launcher else 1
    _check(parser, args)
    return args


def _add_amount(parser: argparse.ArgumentParser, sets: Sequence[str]) -> None:
    add = parser.add_argument
    add(
        'table',
        nargs='+',
        choices=TABLES,
        metavar='TABLE',
        help=f'one or more of {", ".join(TABLES)}',
    )
    add('--set', required=True, choices=sets, help='the data')
    add(
        '--out',
        type=Path,
        default=Path('work_dirs/reproduce'),
        help='folder of all results (default %(default)s)',
    )
    add(
        '--seeds',
        type=int,
        default=3,
        help='runs of each row, pre-training included (default 3)',
    )
    add(
        '--epochs-scale',
        type=float,
        default=1.0,
        metavar='X',
        help='train for so many times the epochs (default 1)',
    )
    add(
        '--recipe',
        choices=RECIPES,
        default='paper',
        help="paper (default): the literal one; default: this project's",
    )
    add(
        '--sources',
        nargs='+',
        choices=sets,
        metavar='SET',
        help='of the table transfer: sets to pre-train on; default: all whose '
        'file is there',
    )
    add(
        '--jobs',
        type=int,
        help='trainings side by side; default: 2, a core each, and 1 where '
        'they are launched',
    )
    add(
        '--write-docs',
        action='store_true',
        help='train nothing: put finished tables into docs/reproduce.md',
    )


def _add_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group('options of all rows')
    group.add_argument(
        '--name',
        default='',
        help='of these options, in the names of files: letters and digits',
    )
    for kind, words in (
        ('pretrain', 'of every pre-training'),
        ('train', 'of STRL with labels, pre-trained or not'),
    ):
        group.add_argument(
            f'--{kind}-options',
            nargs='+',
            action=DictAction,
            default={},
            metavar='KEY=VALUE',
            help=f'--cfg-options {words}',
        )


def _add_launcher(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group('several GPUs a training').add_argument
    add(
        '--launcher',
        choices=SCRIPTS,
        help='start each training by torchrun or Slurm, as '
        'tools/dist_train.sh and tools/slurm_train.sh do',
    )
    add('--nproc', type=int, default=1, help='processes of each (default 1)')
    add('--partition', help='of Slurm')


def _add_hours(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group('hours').add_argument
    add(
        '--estimate',
        action='store_true',
        help='make no table: time some updates of each of its trainings, on '
        'made clips where the file is not there, and say how long all of it '
        'would take here',
    )
    add(
        '--num-clips',
        type=int,
        metavar='N',
        help='training clips to estimate for; default: those of the file',
    )


def _check(parser: argparse.ArgumentParser, args: argparse.Namespace) -> None:
    for name in ('seeds', 'jobs', 'nproc', 'num_clips'):
        value = getattr(args, name)
        if value is not None and value < 1:
            parser.error(f'--{name.replace("_", "-")} must be at least 1')
    if not 0 < args.epochs_scale < inf:
        parser.error(
            f'--epochs-scale must be above 0, got {args.epochs_scale:g}'
        )
    if args.nproc > 1 and args.launcher is None:
        parser.error('--nproc needs a --launcher that starts the processes')
    if (args.launcher == 'slurm') != (args.partition is not None):
        parser.error('--launcher slurm and --partition go together')
    taken = args.name in RECIPES or re.fullmatch(r'x\d+', args.name)
    if args.name and (taken or not args.name.isalnum()):
        parser.error(
            '--name must be of letters and digits alone, and no recipe or '
            f'factor, got {args.name!r}'
        )
    stream = os.environ.get(STREAM)
    if (args.pretrain_options or args.train_options or stream) and (
        not args.name
    ):
        parser.error(
            f'--pretrain-options, --train-options and the variable {STREAM} '
            'need a --name, which tells their tables from those of the '
            'recipe itself'
        )
    if args.num_clips is not None and not args.estimate:
        parser.error('--num-clips is for --estimate')


def launcher_of(args: argparse.Namespace, tools: Path) -> Launcher | None:
    """How trainings are started. None: within their processes."""
    if args.launcher is None:
        return None
    return Launcher(args.launcher, args.nproc, tools, args.partition)


def place_of(args: argparse.Namespace, study: Study) -> Place:
    """Where the tables are made."""
    return Place(
        args.set,
        get_layout(study.spec.layout),
        args.recipe,
        {
            name: get_layout(source.spec.layout)
            for name, source in study.sources.items()
        },
    )


def amount_of(args: argparse.Namespace, spec: Spec) -> Amount:
    """What the names of the tables' files say."""
    return Amount(
        args.set,
        protocol(spec.train_split),
        args.recipe,
        args.epochs_scale,
        args.name,
    )


def study_of(
    args: argparse.Namespace, configs: Path, tools: Path
) -> tuple[Study, list[str]]:
    """The set that is asked about, and those to pre-train on.

    Args:
        args: See ``parse_args``.
        configs: Folder of the configs.
        tools: Folder of the launchers' scripts.

    Returns:
        The study, and what of other sets is left out, in words.

    Raises:
        ValueError: If a file does not serve.
        FileNotFoundError: If that of the set, or of one that is asked for by
            name, is not there.
    """
    launcher = launcher_of(args, tools)
    study = replace(_study(args, args.set, configs), launcher=launcher)
    if launcher is not None:
        for kind in ('pretrain', 'scratch', 'stgcnpp'):
            launcher.check(load_config(configs, kind, study.spec))
    if 'transfer' not in args.table:
        return study, []
    sources, left_out = {}, []
    for name in args.sources or set_names(configs):
        if name == args.set:
            continue
        try:
            sources[name] = replace(
                _study(args, name, configs), launcher=launcher
            )
        except FileNotFoundError as error:
            if args.sources:
                raise
            left_out.append(str(error))
    return replace(study, sources=sources), left_out


def _study(args: argparse.Namespace, name: str, configs: Path) -> Study:
    facts = read_set(name, configs, args.recipe)
    spec, train, test = question_of(
        facts,
        facts.ann_file,
        (facts.train_split, facts.test_split),
        **_fields(args, facts, configs),
    )
    spec = _with_options(args, spec, configs)
    return Study(spec, plan_of(args), train, test, configs)


def unread_study_of(args: argparse.Namespace, configs: Path) -> Study:
    """The set that is asked about, whether its file is there or not.

    Args:
        args: See ``parse_args``.
        configs: Folder of the configs.

    Returns:
        A study without clips.
    """
    facts = read_facts(args.set, configs, args.recipe)
    spec = facts.question(
        ann_file=str(Path(facts.ann_file).expanduser()),
        **_fields(args, facts, configs),
    )
    none = Clips((), (), facts.in_channels)
    study = Study(
        _with_options(args, spec, configs), plan_of(args), none, none, configs
    )
    # Whatever is pre-trained there, what follows takes as long.
    names = args.sources or set_names(configs)
    sources = {name: study for name in names if name != args.set}
    return replace(study, sources=sources)


def num_clips_of(args: argparse.Namespace, study: Study) -> int:
    """Training clips to estimate for: as asked, else those of the file.

    Raises:
        FileNotFoundError: If neither is there.
    """
    if args.num_clips is not None:
        return int(args.num_clips)
    spec = study.spec
    if not Path(spec.ann_file).exists():
        raise FileNotFoundError(
            f'{args.set}: expected a file or packed store, got '
            f'{spec.ann_file}; say by --num-clips for how many training '
            'clips to estimate'
        )
    return len(read_clips(spec.ann_file, spec.layout, spec.train_split).ids)


def _fields(
    args: argparse.Namespace, facts: SetFacts, configs: Path
) -> dict[str, Any]:
    return dict(
        epochs=args.epochs_scale,
        recipe=args.recipe,
        stock_options=own_options(configs, 'stgcnpp', facts),
    )


def _with_options(args: argparse.Namespace, spec: Spec, configs: Path) -> Spec:
    """The question with the options of all rows, and as much ST-GCN++.

    Raises:
        ValueError: If a config has no place for an option.
    """
    spec = replace(spec, num_processes=args.nproc if args.nproc > 1 else None)
    spec = with_options(
        configs, spec, args.pretrain_options, args.train_options
    )
    # As many updates of as many clips as STRL has.
    train = load_config(configs, 'scratch', spec)
    loader = train.train_dataloader
    budget = {
        'train_cfg.max_epochs': train.train_cfg.max_epochs,
        'train_dataloader.batch_size': loader.batch_size,
        'train_dataloader.sampler.min_clips': loader.sampler.get('min_clips'),
    }
    return replace(spec, stock_options={**spec.stock_options, **budget})


def remarks_of(args: argparse.Namespace, study: Study) -> list[str]:
    """What must be said of the options of all rows, and of the sources."""
    found = [
        f'OPTIONS of all {kind}: '
        + ', '.join(f'`{key}={value}`' for key, value in options.items())
        + '.'
        for kind, options in (
            ('pre-trainings', args.pretrain_options),
            ('trainings of STRL', args.train_options),
        )
        if options
    ]
    stream = os.environ.get(STREAM)
    if stream:
        found.append(f'STREAM: `{STREAM}={stream}`, of ST-GCN++ too.')
    if args.nproc > 1:
        found.append(
            f'{args.nproc} processes share each batch; norms see their part.'
        )
    for name, source in study.sources.items():
        seen = len({*source.train.ids} & {*study.test.ids})
        if seen:
            found.append(
                f'TRANSDUCTIVE: the pre-training on {name} sees {seen} of the '
                'test clips, without labels.'
            )
    return found


def plan_of(args: argparse.Namespace) -> Plan:
    """All labels; each seed has a pre-training of its own."""
    seeds = tuple(range(args.seeds))
    return Plan((), (1.0,), seeds, len(seeds), paired=True)
