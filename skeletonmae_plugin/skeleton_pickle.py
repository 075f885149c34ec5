"""Write a skeleton pickle as MMAction2 reads it."""

import pickle
from pathlib import Path

from .whole_files import replacing


def write_dataset(dataset: dict, path: str | Path) -> None:
    """Write a data set, whole or not at all.

    Equal data sets give equal bytes. The file holds builtins and numpy arrays
    only, so a restricted unpickler can read it.

    Args:
        dataset: ``dict(split=..., annotations=[...])``.
        path: The file; its folder is made.
    """
    with replacing(path) as file:
        # Protocol 4 also opens in the Pythons that MMAction2 supports.
        pickle.dump(dataset, file, protocol=4)
