r"""Write a trained recognizer as an ONNX file. See docs/export.md.

Batch norms are folded, the number of clips is free. The file is written only
if ONNX Runtime gives the scores of a test on clips of the test split.

Example:
    python tools/export_onnx.py configs/strl_scratch_toy.py \
        work_dirs/strl_scratch_toy/epoch_20.pth --out strl.onnx
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import skeletonmae_plugin  # noqa: F401  # its cures come first
from skeletonmae_plugin.export.run import export


def parse_args(words: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument('config', help='a config of recognition')
    parser.add_argument('checkpoint', help='weights of its model')
    parser.add_argument('--out', type=Path, required=True, help='the file')
    parser.add_argument(
        '--clips',
        type=int,
        default=64,
        help='test clips to compare at least (default: 64)',
    )
    parser.add_argument(
        '--save-clips',
        type=Path,
        metavar='FILE.npz',
        help='write these clips and their scores, to try the file elsewhere',
    )
    args = parser.parse_args(words)
    if args.clips < 1:
        parser.error('--clips must be at least 1')
    return args


def main(words: Sequence[str] | None = None) -> None:
    """Export, compare, say what was written."""
    args = parse_args(words)
    try:
        done = export(
            args.config,
            args.checkpoint,
            args.out,
            args.clips,
            args.save_clips,
        )
    except (ImportError, OSError, ValueError, RuntimeError) as error:
        raise SystemExit(f'error: {error}') from error
    for name, shape in done.inputs.items():
        print(f'input  {name}: {" x ".join(map(str, shape))}')
    print(f'output scores: ? x {done.num_classes}')
    print(
        f'{done.num_clips} test clips: scores differ from PyTorch by '
        f'{done.difference:.1e} at most'
    )
    print(
        f'{args.out}: {done.num_bytes / 1024:.0f} KiB, '
        f'{done.parameters} weights'
    )


if __name__ == '__main__':
    main()
