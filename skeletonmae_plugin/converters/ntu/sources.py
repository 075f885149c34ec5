"""The recordings below some folders, and which of them are of a set."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...datasets.reading import listing
from .sample_name import SampleName
from .splits import NUM_ACTIONS

SUFFIX = '.skeleton'


@dataclass(frozen=True)
class Sources:
    """Recordings to convert.

    Args:
        set_name: 'ntu60' or 'ntu120'.
        files: File of each recording, sorted by name.
        missing: Names left out since their skeletons are missing.
        other: Number of recordings of actions that the set has not.
        broken: What is wrong with others, by file: the name, or it is none.
    """

    set_name: str
    files: dict[str, Path]
    missing: tuple[str, ...]
    other: int
    broken: dict[str, str]


def find_sources(
    folders: Sequence[str | Path],
    set_name: str | None,
    missing: Iterable[str],
) -> Sources:
    """Find recordings.

    Args:
        folders: They and the folders in them are searched.
        set_name: 'ntu60' or 'ntu120'; None: 120 if there is an action above
            60.
        missing: Names to leave out.

    Raises:
        FileNotFoundError: If a folder is not there, or has no recording.
        ValueError: If two files have one name.
    """
    files: dict[str, Path] = {}
    broken: dict[str, str] = {}
    twice: list[str] = []
    for path in _search(folders):
        try:
            SampleName.parse(path.stem)
            # Of a device or a pipe one would read for ever.
            if not path.is_file():
                raise ValueError('expected a file, got something else')
        except ValueError as error:
            broken[str(path)] = f'{path}: {error}'
            continue
        if path.stem in files:
            twice.append(f'{path} and {files[path.stem]}')
        files[path.stem] = path
    if twice:
        raise ValueError(
            f'{len(twice)} recordings are there twice: {listing(twice)}; give '
            'folders that hold each once'
        )
    actions = {name: SampleName.parse(name).action for name in files}
    if set_name is None:
        beyond = max(actions.values(), default=0) > NUM_ACTIONS['ntu60']
        set_name = 'ntu120' if beyond else 'ntu60'
    of_set = [n for n in sorted(files) if actions[n] <= NUM_ACTIONS[set_name]]
    left_out = set(missing)
    return Sources(
        set_name=set_name,
        files={name: files[name] for name in of_set if name not in left_out},
        missing=tuple(name for name in of_set if name in left_out),
        other=len(files) - len(of_set),
        broken=broken,
    )


def _search(folders: Sequence[str | Path]) -> list[Path]:
    """All recordings, each once however often its folder is given."""
    found: dict[Path, Path] = {}
    for folder in map(Path, folders):
        if not folder.is_dir():
            raise FileNotFoundError(
                f'{folder}: no such folder; expected one with '
                f'S001C001P001R001A001{SUFFIX} and so on'
            )
        here = sorted(_below(folder))
        if not here:
            raise FileNotFoundError(
                f'{folder}: holds no {SUFFIX} file, nor do the folders in it; '
                'unpack the archives of NTU RGB+D there'
            )
        found.update((path.absolute(), path) for path in here)
    return list(found.values())


def _below(folder: Path) -> Iterator[Path]:
    """Recordings in a folder and those in it, links to folders too."""
    seen = set()
    for place, folders, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(place)
        if real in seen:  # a link that leads back
            folders.clear()
            continue
        seen.add(real)
        # Folders of such a name are told as what is no file.
        for name in (*names, *folders):
            if name.endswith(SUFFIX):
                yield Path(place, name)
