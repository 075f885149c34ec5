"""Folders of ``.skeleton`` files -> one pickle with its splits."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from ...datasets.folder_lock import LOCK, only_writer
from ...label_efficiency.running import follow_parent
from ...skeleton_pickle import write_dataset
from .missing import missing_samples
from .parts import Part, make_part, plan_parts
from .sample_name import SampleName
from .sources import Sources, find_sources
from .splits import make_splits


@dataclass(frozen=True)
class Result:
    """What has become of the recordings.

    Args:
        set_name: 'ntu60' or 'ntu120'.
        dataset: ``dict(split, annotations)``; None if nothing was written.
        missing: Names left out since their skeletons are missing.
        other: Number of recordings of actions that the set has not.
        broken: What is wrong with those that cannot be used, by file.
    """

    set_name: str
    dataset: dict[str, Any] | None
    missing: tuple[str, ...]
    other: int
    broken: dict[str, str]


def convert_folders(
    folders: Sequence[str | Path],
    out: str | Path,
    set_name: str | None = None,
    skip_broken: bool = False,
    jobs: int = 1,
    track: Callable[[Any], Iterable] = iter,
) -> Result:
    """Convert all recordings below some folders.

    What is done is kept beside ``out`` in ``out.parts`` until all is done: a
    run that is stopped, even by ``kill -9``, goes on where it was.

    Args:
        folders: They and the folders in them are searched.
        out: The pickle.
        set_name: 'ntu60' or 'ntu120'; None: 120 if there is an action above
            60.
        skip_broken: Write the file without the recordings that cannot be
            used. Otherwise nothing is written if there is one.
        jobs: Processes side by side.
        track: Put around the list of parts, to show progress.

    Raises:
        FileNotFoundError: If a folder or recordings in it are not there.
        FileExistsError: If ``out.parts`` is somebody else's.
        ValueError: If a name is there twice, or no recording can be used.
        RuntimeError: If another process writes the same file.
    """
    out = Path(out)
    sources = find_sources(folders, set_name, missing_samples())
    folder = out.with_name(f'{out.name}.parts')
    _claim(folder)
    with only_writer(folder):
        parts = plan_parts(list(sources.files.values()), folder)
        _make(parts, jobs, track)
        dataset, broken = _join(parts, sources)
        written = skip_broken or not broken
        if written:
            _write(dataset, out, folder)
    if written:
        # Not before its lock is free, which network file systems keep. A run
        # that begins in this moment must begin again.
        shutil.rmtree(folder)
    return Result(
        set_name=sources.set_name,
        dataset=dataset if written else None,
        missing=sources.missing,
        other=sources.other,
        broken=broken,
    )


def _claim(folder: Path) -> None:
    """Make the folder, or see that it is that of a run that was stopped."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()) and not (folder / LOCK).exists():
        raise FileExistsError(
            f'{folder}: holds files of somebody else, yet is where a '
            'conversion keeps its parts; remove it or write to another file'
        )


def _make(
    parts: list[Part], jobs: int, track: Callable[[Any], Iterable]
) -> None:
    """Make the parts that are not there."""
    missing = [part for part in parts if part.read() is None]
    if jobs == 1 or len(missing) < 2:
        for part in track(missing):
            make_part(part)
        return
    # A server imports everything once and forks: a start costs no seconds.
    context = get_context('forkserver')
    context.set_forkserver_preload([__name__])
    with ProcessPoolExecutor(
        min(jobs, len(missing)), context, initializer=follow_parent
    ) as pool:
        made = pool.map(make_part, missing)
        try:
            for _ in track(missing):
                next(made)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _join(
    parts: list[Part], sources: Sources
) -> tuple[dict[str, Any], dict[str, str]]:
    """The data set, and what is wrong with the recordings left out."""
    annotations, broken = [], dict(sources.broken)
    for part in parts:
        made = part.read()
        if made is None:
            raise OSError(
                f'{part.file}: was written and cannot be read; run again'
            )
        annotations += made['annotations']
        broken.update(made['broken'])
    names = {
        clip['frame_dir']: SampleName.parse(clip['frame_dir'])
        for clip in annotations
    }
    split = make_splits(names, sources.set_name)
    return dict(split=split, annotations=annotations), broken


def _write(dataset: dict[str, Any], out: Path, folder: Path) -> None:
    """Write the file."""
    if not dataset['annotations']:
        raise ValueError(
            f'{out}: no recording is left to write; all are broken or have '
            'missing skeletons'
        )
    # Beside the parts first: what a kill leaves is removed with them.
    whole = folder / 'all.pkl'
    write_dataset(dataset, whole)
    whole.replace(out)
