r"""Make a pickle of FineGym (Gym99) fit to train on.

The released gym_2d.pkl (MMAction2) or gym_hrnet.pkl (pyskl) is checked clip
by clip. Others become like it: the two files of MMAction2 before 1.0, splits
of other names, files with more clips or other labels (by the official lists),
single events. docs/paper_sets.md tells where the files come from.

Example:
    python tools/data/gym.py gym_hrnet.pkl data/gym99.pkl --skip-broken
    python tools/data/gym.py train=gym_train.pkl val=gym_val.pkl \
        data/gym99.pkl
    python tools/data/gym.py gym288.pkl data/gym99.pkl \
        --lists train=gym99_train_element_v1.0.txt val=gym99_val_element.txt
    python tools/data/gym.py gym_hrnet.pkl data/gym_floor.pkl --subset FX
"""

from collections.abc import Sequence

import skeletonmae_plugin  # noqa: F401  # its cures come first
from skeletonmae_plugin.converters.released import FINEGYM
from skeletonmae_plugin.converters.released.command import run


def main(argv: Sequence[str] | None = None) -> None:
    """Write the pickle, and say what has been done."""
    run(__doc__ or '', FINEGYM, argv)


if __name__ == '__main__':
    main()
