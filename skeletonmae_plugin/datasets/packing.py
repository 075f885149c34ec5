"""From a skeleton pickle to a packed store."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ..layouts import LayoutLike, get_layout
from .packed_format import StoreRecord, is_store
from .packed_store import open_store
from .packed_writer import write_store
from .reading import (
    Complaints,
    listing,
    one_dimension,
    read_annotations,
    usable_clips,
)


def pack(
    source: str | Path,
    folder: str | Path,
    layout: LayoutLike,
    append: bool = False,
    on_bad_clip: str = 'raise',
    track: Callable[[Any], Iterable] = iter,
) -> StoreRecord:
    """Pack all clips and splits of a pickle.

    Args:
        source: The pickle, see ``SkeletonDataset``.
        folder: Where to.
        layout: Layout of the joints.
        append: Whether the folder is a store to which they are added.
        on_bad_clip: 'raise' at a clip that cannot be used or is in the store
            already, or 'skip' it and log its name and the reason.
        track: Put around what takes time, to show progress.

    Returns:
        What the store says of itself.

    Raises:
        FileNotFoundError: If there is no such pickle, or no store to append
            to.
        ValueError: If pickle, split or a clip cannot be used.
    """
    path = Path(source).expanduser()
    if not path.is_file():
        raise FileNotFoundError(
            f'{source}: no such skeleton file; expected a pickle of '
            'dict(split=..., annotations=[...])'
        )
    if append and not is_store(folder):
        raise FileNotFoundError(
            f'{folder}: no packed store to append to; leave --append out to '
            'make one'
        )
    complaints = Complaints(
        str(source), on_bad_clip, "on_bad_clip='skip' (--on-bad-clip skip)"
    )
    found = read_annotations(path, str(source))
    for split, names in found.splits.items():
        complaints.require(f'split {split}', names, found.clips)
    clips = usable_clips(found.clips, get_layout(layout), None, complaints)
    # Before clips that are in the store already are left out: they belong to
    # these splits as well.
    splits = {
        split: [name for name in names if name in clips]
        for split, names in found.splits.items()
    }
    if append:
        clips = _new_clips(clips, folder, complaints)
    if not clips:
        raise ValueError(f'{source}: no clip is left to pack')
    one_dimension(clips, str(source))
    return write_store(folder, clips, splits, found.classes, append, track)


def _new_clips(
    clips: dict[str, dict], folder: str | Path, complaints: Complaints
) -> dict[str, dict]:
    """Those that are not in the store."""
    there = set(open_store(folder).table.names)
    twice = [name for name in clips if name in there]
    if twice:
        complaints.report(
            f'{len(twice)} of {len(clips)} clips are in {folder} already: '
            f'{listing(map(repr, twice))}'
        )
    return {name: clip for name, clip in clips.items() if name not in there}
