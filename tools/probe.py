r"""What frozen features know: nearest neighbours, a linear probe, a map.

Takes any config with a train and a test loader, of pre-training or of
recognition, and weights of its model. Clips of both go through the test
pipeline, without augmentation and with nothing hidden; classifiers learn from
the labelled training clips alone.

python tools/probe.py configs/skeletonmae_pretrain_toy.py \
    work_dirs/skeletonmae_pretrain_toy/epoch_50.pth --out probe
python tools/probe.py configs/skeletonmae_pretrain_toy.py none

The second one probes the encoder that pre-training begins with: what it
scores is no merit of the training.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from mmengine.config import Config, DictAction
from mmengine.logging import MMLogger
from mmengine.runner import set_random_seed

import skeletonmae_plugin  # noqa: F401, I001  # before any of MMAction2
from skeletonmae_plugin.evaluation.probe import require_sklearn
from skeletonmae_plugin.evaluation.probe_report import (
    load_model,
    probe_features,
    probe_table,
    run_probes,
)
from skeletonmae_plugin.visualization.draw import save_figure
from skeletonmae_plugin.visualization.feature_map import (
    METHODS,
    draw_feature_map,
)
from skeletonmae_plugin.whole_files import write_json, write_text


def parse_args(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Command line options."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument('config', help='a config with both loaders')
    parser.add_argument(
        'checkpoint',
        help="weights of its model, or 'none' for those it begins with",
    )
    parser.add_argument(
        '--out',
        type=Path,
        help='folder for probe.json, probe.md and map.png (default: none '
        'is written)',
    )
    parser.add_argument(
        '--map', choices=METHODS, default='tsne', help='default: tsne'
    )
    parser.add_argument(
        '--seed',
        type=int,
        default=0,
        help="of the linear probe's cross-validation, and of the weights that "
        "'none' stands for (default 0)",
    )
    parser.add_argument('--device', default='cpu')
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        action=DictAction,
        help='settings of the config to change, key=value; for instance '
        'train_dataloader.dataset.label_fraction=0.1',
    )
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    """Probe, print, write."""
    args = parse_args(argv)
    try:
        _probe(args)
    except (ImportError, OSError, ValueError) as error:
        raise SystemExit(f'error: {error}') from error


def _probe(args: argparse.Namespace) -> None:
    require_sklearn()
    cfg = Config.fromfile(args.config)
    if args.cfg_options:
        cfg.merge_from_dict(args.cfg_options)
    # What is of interest here is the table.
    MMLogger.get_current_instance().setLevel('WARNING')
    set_random_seed(args.seed)
    model = load_model(cfg, args.checkpoint)
    train, test, metainfo = probe_features(cfg, model, args.device)
    report = run_probes(train, test, seed=args.seed)
    table = probe_table(report)
    print(table)
    if args.checkpoint != 'none':
        print(
            'What random weights score, to compare with: python '
            f'tools/probe.py {args.config} none'
        )
    if args.out is None:
        return
    inputs = dict(config=args.config, checkpoint=args.checkpoint)
    write_json(
        args.out / 'probe.json',
        {**inputs, 'seed': args.seed, **asdict(report)},
    )
    write_text(args.out / 'probe.md', table)
    title = f'{len(test)} test clips, {args.map}'
    classes = metainfo.get('classes')
    fig = draw_feature_map(test.values, test.labels, classes, args.map, title)
    save_figure(fig, args.out / 'map.png')
    print(f'probe.json, probe.md and map.png written to {args.out}')


if __name__ == '__main__':
    main()
