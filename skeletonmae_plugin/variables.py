"""Environment variables behind the paths of a config."""

import os
import re
from pathlib import Path


def unset_variable(path: str) -> str | None:
    """Variable that a config would have read: its placeholder is ``<NAME>``.

    Args:
        path: As the config gives it.
    """
    found = re.fullmatch(r'.*<(\w+)>', path)
    return found[1] if found else None


def where_from(path: str) -> str:
    """The variables that hold a path, in words, so that a user can mend them.

    Args:
        path: Of a file that is not there.

    Returns:
        ``''`` if there is none, else as `` (the value of NWUCLA_3D)``.
    """
    names = sorted(name for name, value in os.environ.items() if value == path)
    return f' (the value of {", ".join(names)})' if path and names else ''


def file_variable(facts: Path) -> str | None:
    """Variable that the config of a set reads its data file from.

    Args:
        facts: ``_base_/datasets/NAME.py``.
    """
    found = re.search(r"ann_file='\{\{\$(\w+):", facts.read_text('utf-8'))
    return found[1] if found else None
