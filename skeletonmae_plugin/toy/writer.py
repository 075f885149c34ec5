"""The file: MMAction2's skeleton pickle."""

import os
import pickle
import tempfile
from pathlib import Path


def write_dataset(dataset: dict, path: str | Path) -> None:
    """Write a data set, whole or not at all.

    Equal data sets give equal bytes. The file holds builtins and numpy arrays
    only, so a restricted unpickler can read it.

    Args:
        dataset: ``dict(split=..., annotations=[...])``.
        path: The file; its folder is made.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, 'wb') as file:
            # Protocol 4 also opens in the Pythons that MMAction2 supports.
            pickle.dump(dataset, file, protocol=4)
        os.chmod(part, 0o644)
        os.replace(part, path)
    except BaseException:
        os.unlink(part)
        raise
