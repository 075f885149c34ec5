"""Files that a check writes, none of them over what it reads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from ..visualization.draw import save_figure


def require_other_files(source: Path, outputs: Sequence[Path]) -> None:
    """Raise ``ValueError`` where a file to write is the one that is read.

    Args:
        source: The skeleton file, or the folder of a packed store.
        outputs: Files to write.
    """
    inside = source.expanduser().resolve()
    for number, path in enumerate(outputs):
        found = path.expanduser().resolve()
        same = found.exists() and inside.exists() and found.samefile(inside)
        if same or found.is_relative_to(inside):
            raise ValueError(
                f'{path} would overwrite {source}, which is to be checked; '
                'give another name'
            )
        if found in [p.expanduser().resolve() for p in outputs[:number]]:
            raise ValueError(f'{path} is given twice; give other names')


def write_picture(figure: Figure, path: Path) -> None:
    """Write a picture, all or nothing; the ending gives the format."""
    save_figure(figure, path.expanduser())
