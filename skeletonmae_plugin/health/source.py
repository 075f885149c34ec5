"""A skeleton file of any kind that we accept, clip by clip."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, overload

from ..datasets.clip_store import ClipStore
from ..datasets.packed_format import is_store
from ..datasets.packed_store import open_store, verify_store
from ..datasets.reading import read_raw
from ..layouts import Layout, LayoutLike, get_layout


@dataclass(frozen=True, eq=False)
class Source:
    """What a file holds, before any of it is judged.

    Args:
        path: The file, or the folder of a packed store.
        layout: The layout that its joints should fit.
        annotations: What stands for clips. Those of a store are read when
            asked for.
        splits: What the file says of splits.
        classes: Names of the classes, if the file has them.
        num_classes: Labels must be below; None: nobody knows.
        rest: What else a pickle has.
    """

    path: Path
    layout: Layout
    annotations: Sequence[Any]
    splits: dict[Any, Any]
    classes: tuple | None
    num_classes: int | None
    rest: dict[Any, Any]


class StoredClips(Sequence):
    """Annotations of a packed store, each read when asked for.

    Args:
        store: The store.
    """

    def __init__(self, store: ClipStore) -> None:
        self.store = store

    def __len__(self) -> int:
        return len(self.store)

    @overload
    def __getitem__(self, clip: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, clip: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, clip: int | slice) -> Any:
        if isinstance(clip, slice):
            return [self[i] for i in range(*clip.indices(len(self)))]
        return self.store.annotation(range(len(self))[clip])


def open_source(
    path: str | Path,
    layout: LayoutLike,
    num_classes: int | None = None,
    track: Callable[[Any], Iterable] = iter,
) -> Source:
    """Open a skeleton file without running code from it.

    Args:
        path: A pickle as ``SkeletonDataset`` reads it, or a packed store,
            whose checksums are compared first.
        layout: The layout that its joints should fit.
        num_classes: Labels must be below. None: the number of class names
            in the file, if there are any.
        track: Put around the files of a store, to show progress.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is damaged, holds something else, or would
            run code; if layout or ``num_classes`` cannot be.
    """
    layout = get_layout(layout)
    if num_classes is not None and num_classes < 1:
        raise ValueError(f'num_classes must be at least 1, got {num_classes}')
    path = Path(path).expanduser()
    if is_store(path):
        verify_store(path, track)
        store = open_store(path)
        names = store.table.names
        annotations: Sequence[Any] = StoredClips(store)
        splits: dict = {
            split: [names[i] for i in positions]
            for split, positions in store.splits.items()
        }
        classes, rest = store.classes, {}
    elif path.is_file():
        found = read_raw(path, str(path))
        annotations, splits = found.annotations, found.splits
        classes, rest = found.classes, found.rest
    else:
        raise FileNotFoundError(
            f'{path}: no such skeleton file; expected a pickle of '
            'dict(split=..., annotations=[...]), or the folder of a packed '
            'store'
        )
    if num_classes is None and classes:
        num_classes = len(classes)
    return Source(
        path, layout, annotations, splits, classes, num_classes, rest
    )
