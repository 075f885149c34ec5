r"""Draw clips of a pre-training config: original, masked, reconstructed.

python tools/visualize_reconstruction.py configs/skeletonmae_pretrain_toy.py \
    work_dirs/skeletonmae_pretrain_toy/epoch_50.pth --out pictures
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from mmengine.config import Config, DictAction
from rich.progress import track

import skeletonmae_plugin  # noqa: F401, I001  # before any of MMAction2
from skeletonmae_plugin.layouts import get_layout
from skeletonmae_plugin.visualization.draw import (
    draw_strip,
    reconstruction_rows,
    save_figure,
)
from skeletonmae_plugin.visualization.reconstruct import reconstruct_clips
from skeletonmae_plugin.visualization.skeleton_visualizer import (
    error_text,
    file_name,
)


def parse_args(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Command line options."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument('config', help='a pre-training config')
    parser.add_argument('checkpoint', help='weights of its model')
    parser.add_argument(
        '--out', type=Path, required=True, help='folder of the pictures'
    )
    parser.add_argument(
        '--num', type=int, default=8, help='number of clips (default 8)'
    )
    parser.add_argument(
        '--frames', type=int, default=6, help='frames of a clip (default 6)'
    )
    parser.add_argument('--device', default='cpu')
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        action=DictAction,
        help='settings of the config to change, key=value',
    )
    args = parser.parse_args(argv)
    for name in ('num', 'frames'):
        if getattr(args, name) < 1:
            parser.error(f'--{name} must be at least 1')
    return args


def main(argv: Sequence[str] | None = None) -> None:
    """Draw the clips."""
    args = parse_args(argv)
    try:
        _draw(args)
    except (OSError, ValueError) as error:
        raise SystemExit(f'error: {error}') from error


def _draw(args: argparse.Namespace) -> None:
    cfg = Config.fromfile(args.config)
    if args.cfg_options:
        cfg.merge_from_dict(args.cfg_options)
    layout = get_layout(cfg.layout)
    args.out.mkdir(parents=True, exist_ok=True)
    clips = reconstruct_clips(cfg, args.checkpoint, args.num, args.device)
    for name, arrays in track(clips, 'drawing clips', args.num):
        if arrays['target'].shape[-1] > 3:
            raise ValueError(
                'the target of this config is a feature, which cannot '
                'be drawn; expected coordinates (CoordinateTarget)'
            )
        rows = reconstruction_rows(
            arrays['target'], arrays['mask'], arrays['valid'], arrays['pred']
        )
        fig = draw_strip(layout, rows, args.frames, name, error_text(arrays))
        save_figure(fig, args.out / f'{file_name(name)}.png')
    print(f'pictures written to {args.out}')


if __name__ == '__main__':
    main()
