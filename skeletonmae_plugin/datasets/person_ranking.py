"""Who is seen best in each clip of a store, without a loop over clips."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .clip_table import ClipTable, starts
from .known_joints import known_joints

if TYPE_CHECKING:
    from .clip_store import ClipStore

#: Rows that are looked at at once: bounds the memory.
_ROWS = 1 << 15


def rank_persons(
    store: ClipStore, score_thr: float = 0.0, zero_is_missing: bool = True
) -> np.ndarray:
    """All persons of all clips, the best seen of each clip first.

    The rule is that of ``RankPersons``: the sum of the scores of a person's
    valid joints, or their number where there is no score; among equals the
    order of the file.

    Args:
        store: The clips.
        score_thr: As for ``LoadSkeleton``.
        zero_is_missing: As for ``LoadSkeleton``.

    Returns:
        (sum of num_persons,) int64: positions within the clip, clip by clip.
    """
    table = store.table
    if (table.num_persons == 1).all():  # nothing to rank: nothing is read
        return np.zeros(len(table), np.int64)
    seen = np.concatenate(
        [
            _seen(store, clips, score_thr, zero_is_missing)
            for clips in _chunks(table.num_rows)
        ]
    )
    clip = np.repeat(np.arange(len(table)), table.num_persons)
    order = np.lexsort((-seen, clip))  # stable: equals keep their order
    return order - table.person_start[clip]


def first_persons(
    ranking: np.ndarray, table: ClipTable, num_person: int
) -> np.ndarray:
    """The first of a ranking, as many of every clip.

    Args:
        ranking: As ``rank_persons`` gives it.
        table: The clips.
        num_person: Number of persons to take.

    Returns:
        (n, num_person) int64: positions within the clip, -1 for absent ones.
    """
    place = np.arange(num_person)
    there = place < table.num_persons[:, None]
    row = np.where(there, table.person_start[:, None] + place, 0)
    return np.where(there, ranking[row], -1)


def _chunks(num_rows: np.ndarray) -> list[np.ndarray]:
    """Positions of the clips in pieces of about _ROWS rows."""
    piece = np.cumsum(num_rows) // _ROWS
    cuts = np.flatnonzero(np.diff(piece)) + 1
    return np.split(np.arange(len(num_rows)), cuts)


def _seen(
    store: ClipStore,
    clips: np.ndarray,
    score_thr: float,
    zero_is_missing: bool,
) -> np.ndarray:
    """How well each person of neighbouring clips is seen."""
    table = store.table
    begin = table.start[clips[0]]
    end = table.start[clips[-1]] + table.num_rows[clips[-1]]
    keypoint, score = store.rows(begin, end)
    valid = known_joints(
        keypoint.astype(np.float32), zero_is_missing=zero_is_missing
    )
    if score is None:
        weight = valid.sum(-1, dtype=np.float64)
    else:
        scored = np.repeat(table.scored[clips], table.num_rows[clips])
        score = np.where(scored[:, None], score.astype(np.float32), 1)
        valid &= (score > score_thr) | ~scored[:, None]
        # Double precision: the order of the summands plays no part then.
        weight = np.where(valid, score, 0).sum(-1, dtype=np.float64)
    lengths = np.repeat(table.num_frames[clips], table.num_persons[clips])
    return np.add.reduceat(weight, starts(lengths))
