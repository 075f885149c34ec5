r"""Make a pickle of Diving48 fit to train on.

The released diving48_2d.pkl (MMAction2) or diving48_hrnet.pkl (pyskl) is
checked clip by clip. Others become like it: poses without splits or with old
labels get those of the official V2 lists, splits their usual names.
docs/paper_sets.md tells where the files come from.

Example:
    python tools/data/diving48.py diving48_hrnet.pkl data/diving48.pkl \
        --skip-broken
    python tools/data/diving48.py diving48_annos.pkl data/diving48.pkl \
        --lists train=Diving48_V2_train.json test=Diving48_V2_test.json
    python tools/data/diving48.py mine.pkl data/diving48.pkl --rename val=test
"""

from collections.abc import Sequence

import skeletonmae_plugin  # noqa: F401  # its cures come first
from skeletonmae_plugin.converters.released import DIVING48
from skeletonmae_plugin.converters.released.command import run


def main(argv: Sequence[str] | None = None) -> None:
    """Write the pickle, and say what has been done."""
    run(__doc__ or '', DIVING48, argv)


if __name__ == '__main__':
    main()
