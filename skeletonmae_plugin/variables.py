"""Environment variables behind the paths of a config."""

import os
import re


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
