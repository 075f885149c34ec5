"""Convert a checkpoint of MMEngine to tensors and built-in types only.

The result is read by ``torch.load(..., weights_only=True)`` anywhere.
"""

import argparse

from skeletonmae_plugin.engine.plain_checkpoint import convert_checkpoint


def parse_args() -> argparse.Namespace:
    """Read the two paths."""
    parser = argparse.ArgumentParser(
        description='Convert a stock MMEngine checkpoint to a plain one'
    )
    parser.add_argument('source', help='checkpoint saved by MMEngine')
    parser.add_argument('target', help='where to write the plain one')
    return parser.parse_args()


def main() -> None:
    """Convert and say so."""
    args = parse_args()
    try:
        convert_checkpoint(args.source, args.target)
    except (OSError, ValueError) as error:
        raise SystemExit(f'error: {error}') from error
    print(f'wrote {args.target}')


if __name__ == '__main__':
    main()
