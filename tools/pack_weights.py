r"""Keep of a pre-training what a recognizer takes, in half precision.

The weights of the backbone and the names of the joints: a fifth of a megabyte
where the checkpoint has four, read wherever a checkpoint is.

Example:
    python tools/pack_weights.py \
        work_dirs/skeletonmae_pretrain_toy/epoch_50.pth toy_weights.pth
"""

import argparse
from pathlib import Path

import skeletonmae_plugin  # noqa: F401  # its cures come first
from skeletonmae_plugin.engine.plain_checkpoint import pack_weights


def main() -> None:
    """Pack and say how large it is."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument('source', help='checkpoint of a pre-training')
    parser.add_argument('target', help='file to write')
    args = parser.parse_args()
    try:
        pack_weights(args.source, args.target)
    except (OSError, ValueError) as error:
        raise SystemExit(f'error: {error}') from error
    size = Path(args.target).stat().st_size
    print(f'wrote {args.target}, {size / 1024:.0f} kB')


if __name__ == '__main__':
    main()
