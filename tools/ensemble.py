r"""Join models of the same clips by their scores: accuracy and gain.

Takes dumps of scores, which tools/test.py --dump FILE.npz writes, and models
to test first (--run); finds the same clips by their names, never by their
order; and compares the weighted mean of the scores with each member. The last
lines tell the gain over the best member with its interval. See
docs/ensemble.md.

Example:
    python tools/test.py CONFIG_A CHECKPOINT_A --dump joint.npz
    python tools/test.py CONFIG_B CHECKPOINT_B --dump bone.npz
    python tools/ensemble.py joint.npz bone.npz --weights 1 0.5 --out DIR
    python tools/ensemble.py joint.npz --run CONFIG_B CHECKPOINT_B --out DIR
"""

from __future__ import annotations

from collections.abc import Sequence

import skeletonmae_plugin  # noqa: F401, I001  # before any of MMAction2
from skeletonmae_plugin.ensemble.arguments import parse_args
from skeletonmae_plugin.ensemble.dumping import dump_models
from skeletonmae_plugin.ensemble.report import markdown
from skeletonmae_plugin.ensemble.run import run, write


def main(argv: Sequence[str] | None = None) -> None:
    """Test what is to be tested, join, print, write."""
    args = parse_args(__doc__ or '', argv)
    try:
        dumps = list(args.dumps)
        if args.run:
            taken = [*dumps, *(args.choose_on or [])]
            dumps += dump_models(args.run, args.out, taken, args.cfg_options)
        report, fused = run(
            dumps, args.weights, args.softmax, args.common, args.choose_on
        )
    except (OSError, ValueError, RuntimeError) as error:
        raise SystemExit(f'error: {error}') from error
    print(markdown(report))
    if args.out is not None:
        write(args.out, report, fused)
        print(f'written to {args.out}')


if __name__ == '__main__':
    main()
