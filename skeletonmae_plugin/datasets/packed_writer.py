"""Write a packed store, or more clips behind those of one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from .clip_store import ClipStore, common_dtype
from .clip_table import ClipTable
from .folder_lock import LOCK, only_writer
from .packed_format import (
    FILE_NAMES,
    RECORD,
    FileRecord,
    StoreRecord,
    read_record,
    write_record,
)
from .packed_index import PackedIndex, read_index, remove_old, write_index
from .person_ranking import rank_persons
from .reading import listing
from .row_file import RowFile

#: Clips that are converted at once.
_CLIPS = 32

State = tuple[StoreRecord, PackedIndex]


def write_store(
    folder: str | Path,
    clips: Mapping[str, dict],
    splits: Mapping[str, Sequence[str]],
    classes: Sequence[str] | None = None,
    append: bool = False,
    track: Callable[[Any], Iterable] = iter,
) -> StoreRecord:
    """Pack clips.

    Args:
        folder: Where to; it is made.
        clips: Annotations by name, checked by ``check_clip``, of one number
            of joints and of coordinates.
        splits: Names of the clips of each split, be they new or there
            already.
        classes: Names of the classes, if known.
        append: Whether the folder is a store to which they are added.
        track: Put around the list of pieces, to show progress.

    Returns:
        What the store says of itself.

    Raises:
        FileExistsError: If append is False and the folder is a store or
            holds files of somebody else, or if it holds links.
        FileNotFoundError: If it is none and append is True.
        ValueError: If the clips do not fit those that are there.
        RuntimeError: If another process is writing.
    """
    folder = Path(folder)
    if append:
        read_record(folder)
    folder.mkdir(parents=True, exist_ok=True)
    _refuse_strangers(folder)
    with only_writer(folder):
        old, index = _last_state(folder) if append else _no_state(folder)
        record = _fitting(folder, old, index, clips, classes)
        keypoint, score, ranking = _write_frames(folder, clips, record, track)
        index = _joined(index, clips, ranking, splits)
        number = old.generation + 1
        record = replace(
            record,
            generation=number,
            num_clips=len(index.table),
            num_rows=int(index.table.num_rows.sum()),
            splits=list(index.splits),
            index=write_index(folder, f'index-{number}.npz', index),
            keypoint=keypoint,
            score=score,
        )
        write_record(folder, record)
        # That of before stays for one who is just opening the store.
        remove_old(folder, {old.index.name, record.index.name})
    return record


def _refuse_strangers(folder: Path) -> None:
    """Raise unless all that may be overwritten here is ours.

    A folder without record is a new one, or has the rest of a first pack that
    was stopped: its lock, and files called as those of a store.
    """
    found = sorted(path.name for path in folder.iterdir())
    links = [name for name in found if (folder / name).is_symlink()]
    if links:
        raise FileExistsError(
            f'{folder}: holds links ({", ".join(links)}), through which '
            'other files would be written; put the files themselves there'
        )
    if RECORD in found or (LOCK in found and all(map(_is_ours, found))):
        return
    if found:
        raise FileExistsError(
            f'{folder}: is no packed store, yet holds '
            f'{listing(map(repr, found))}; pack '
            'into a new or empty folder, or remove what is there first'
        )


def _is_ours(name: str) -> bool:
    """Whether a first pack that was stopped may have left such a file."""
    return name in (LOCK, f'{RECORD}.part') or any(
        re.fullmatch(pattern, name) for pattern in FILE_NAMES.values()
    )


def _last_state(folder: Path) -> State:
    record = read_record(folder)
    return record, read_index(folder, record.index, record.splits)


def _no_state(folder: Path) -> State:
    """The state before a first pack."""
    if (folder / RECORD).exists():
        raise FileExistsError(
            f'{folder}: is a packed store already; add to it with --append, '
            'or remove the folder first'
        )
    nothing = FileRecord('', 0, 0)
    record = StoreRecord(0, 0, 0, 0, 0, [], None, nothing, nothing, None)
    table = ClipTable.from_clips({})
    return record, PackedIndex(table, np.zeros(0, np.int64), {})


def _fitting(
    folder: Path,
    old: StoreRecord,
    index: PackedIndex,
    clips: Mapping[str, dict],
    classes: Sequence[str] | None,
) -> StoreRecord:
    """The old record, ready to take the clips, or an error."""
    points = [clip['keypoint'] for clip in clips.values()]
    scores = [clip.get('keypoint_score') for clip in clips.values()]
    joints, coordinates = points[0].shape[2:]
    if old.num_clips:
        there = old.num_joints, old.num_coordinates
        if there != (joints, coordinates):
            raise ValueError(
                f'{folder}: holds clips of (V, C) = {there}, but those to add '
                f'have {(joints, coordinates)}; pack them into a folder of '
                'their own'
            )
        twice = [name for name in index.table.names if name in clips]
        if twice:
            raise ValueError(
                f'{folder}: {len(twice)} of the {len(clips)} clips are in it '
                f'already, the first {twice[0]!r}; skip them with '
                '--on-bad-clip skip, or rename them'
            )
    named = old.classes if classes is None else [str(c) for c in classes]
    if old.classes is not None and named != old.classes:
        raise ValueError(
            f'{folder}: its classes are {old.classes}, but those of the clips '
            f'to add are {named}; labels must mean the same'
        )
    has_score = any(score is not None for score in scores)
    return replace(
        old,
        num_joints=joints,
        num_coordinates=coordinates,
        classes=named,
        keypoint=_row_record(folder, 'keypoint', old.keypoint, points),
        score=_row_record(folder, 'score', old.score, scores)
        if has_score
        else old.score,
    )


def _row_record(
    folder: Path,
    name: str,
    old: FileRecord | None,
    arrays: Sequence[np.ndarray | None],
) -> FileRecord:
    """The file of the arrays' rows, before they are written."""
    dtype = common_dtype(arrays).newbyteorder('<')
    if old is None or not old.size:
        return FileRecord(f'{name}.bin', 0, 0, dtype.str)
    if not np.can_cast(dtype, old.dtype, 'safe'):
        raise ValueError(
            f'{folder}: its {name}s are {np.dtype(old.dtype)}, which cannot '
            f'hold the {dtype} of the clips to add; pack those of {dtype} '
            'first, into another folder, and append the others'
        )
    return old


def _write_frames(
    folder: Path,
    clips: Mapping[str, dict],
    record: StoreRecord,
    track: Callable[[Any], Iterable],
) -> tuple[FileRecord, FileRecord | None, np.ndarray]:
    """Write the rows, and rank the persons of the clips."""
    keypoint = RowFile(folder, record.keypoint)
    score = None
    if record.score is not None:
        score = RowFile(folder, record.score)
        if not record.score.size:  # clips of before have none
            score.add_zeros(record.num_rows * record.num_joints)
    rankings = []
    names = list(clips)
    for begin in track(range(0, len(names), _CLIPS)):
        piece = names[begin : begin + _CLIPS]
        store = ClipStore.from_annotations({n: clips[n] for n in piece})
        rankings.append(rank_persons(store))
        keypoint.add(store.keypoint)
        if score is not None and store.score is not None:
            score.add(store.score)
        elif score is not None:
            score.add_zeros(int(np.prod(store.keypoint.shape[:2])))
    return (
        keypoint.close(),
        None if score is None else score.close(),
        np.concatenate(rankings),
    )


def _joined(
    index: PackedIndex,
    clips: Mapping[str, dict],
    ranking: np.ndarray,
    splits: Mapping[str, Sequence[str]],
) -> PackedIndex:
    """The index with the clips behind its own."""
    table = index.table.join(ClipTable.from_clips(clips))
    place = {name: i for i, name in enumerate(table.names)}
    joined = dict(index.splits)
    for split, names in splits.items():
        key = str(split)  # folds are often numbered
        before = joined.get(key, np.zeros(0, np.int64))
        more = np.array([place[name] for name in names], np.int64)
        more = more[~np.isin(more, before)]
        joined[key] = np.concatenate([before, more])
    return PackedIndex(table, np.concatenate([index.ranking, ranking]), joined)
