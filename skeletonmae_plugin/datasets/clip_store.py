"""Clips of any lengths in one flat array of frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch

from ..functional.arrays import Array, to_float32
from .clip_table import UNLABELLED, ClipTable
from .person_ranking import first_persons, rank_persons


@dataclass(frozen=True, eq=False)
class ClipStore:
    """Skeletons of n clips, ready to be taken a batch at a time.

    The row of a clip's person m in frame t is ``table.start[clip] + m *
    table.num_frames[clip] + t``. A store is never written to, so that copies
    of a data set and forked workers share it.

    Args:
        table: What is known of each clip.
        keypoint: Coordinates (R, V, C) of all rows as in the file: a numpy
            array, a memory map, or a tensor on any device.
        score: (R, V) likewise. None: no clip has scores.
        splits: Positions of the clips of each split.
        classes: Names of the classes, if known.
        ranking: ``rank_persons`` by the default rule, if known.
        folder: Where it lies on disk, for workers that are not forked.
        relabelled: Whether the labels are others than in the folder.
    """

    table: ClipTable
    keypoint: Array
    score: Array | None = None
    splits: Mapping[str, np.ndarray] = field(default_factory=dict)
    classes: tuple[str, ...] | None = None
    ranking: np.ndarray | None = None
    folder: str | None = None
    relabelled: bool = False

    @classmethod
    def from_annotations(cls, clips: Mapping[str, dict]) -> ClipStore:
        """A store in memory.

        Args:
            clips: Annotations by name, checked by ``check_clip``, of one
                number of joints and of coordinates.

        Raises:
            ValueError: If there is none.
        """
        if not clips:
            raise ValueError('a store needs a clip, got none')
        table = ClipTable.from_clips(clips)
        points = [clip['keypoint'] for clip in clips.values()]
        num_rows = int(table.num_rows.sum())
        # Filled clip by clip: a list of pieces would need the memory twice.
        keypoint = np.empty(
            (num_rows, *points[0].shape[2:]), common_dtype(points)
        )
        scores = [clip.get('keypoint_score') for clip in clips.values()]
        score = None
        if table.scored.any():
            score = np.zeros(keypoint.shape[:2], common_dtype(scores))
        for begin, rows, point, value in zip(
            table.start, table.num_rows, points, scores, strict=True
        ):
            piece = slice(begin, begin + rows)
            keypoint[piece] = point.reshape(rows, *keypoint.shape[1:])
            if score is not None and value is not None:
                score[piece] = value.reshape(rows, -1)
        return cls(table, keypoint, score)

    def __len__(self) -> int:
        return len(self.table)

    @property
    def num_joints(self) -> int:
        """Number V of joints."""
        return self.keypoint.shape[1]

    @property
    def num_coordinates(self) -> int:
        """Number C of coordinates."""
        return self.keypoint.shape[2]

    def gather(
        self, clips: np.ndarray, persons: np.ndarray, frames: np.ndarray
    ) -> tuple[Array, Array | None]:
        """Frames of some persons of some clips, all at once.

        Args:
            clips: (N,) positions.
            persons: (N, M) positions within the clip, -1 for absent ones.
            frames: (N, T) frames.

        Returns:
            Coordinates (N, M, T, V, C) and scores (N, M, T, V), both float32;
            0 for absent persons. None instead of scores where none of the
            clips has them; 1 for those that have none beside others.
        """
        lengths = self.table.num_frames[clips][:, None]
        first = self.table.start[clips][:, None] + persons.clip(0) * lengths
        rows = first[:, :, None] + frames[:, None]  # (N, M, T)
        absent = persons < 0
        keypoint = _take(self.keypoint, rows)
        _fill(keypoint, absent, 0)
        scored = self.table.scored[clips]
        if self.score is None or not scored.any():
            return keypoint, None
        score = _take(self.score, rows)
        _fill(score, ~scored, 1)
        _fill(score, absent, 0)
        return keypoint, score

    def rows(
        self, begin: int, end: int
    ) -> tuple[np.ndarray, np.ndarray | None]:
        """Neighbouring rows (end - begin, V, C) and (end - begin, V)."""
        score = None if self.score is None else _host(self.score[begin:end])
        return _host(self.keypoint[begin:end]), score

    def annotation(self, clip: int) -> dict[str, Any]:
        """A clip as in the file, with arrays of its own."""
        table = self.table
        begin = int(table.start[clip])
        shape = int(table.num_persons[clip]), int(table.num_frames[clip])
        keypoint, score = self.rows(begin, begin + shape[0] * shape[1])
        found: dict[str, Any] = dict(
            frame_dir=table.names[clip],
            total_frames=shape[1],
            keypoint=np.array(keypoint).reshape(*shape, *keypoint.shape[1:]),
        )
        if score is not None and table.scored[clip]:
            found['keypoint_score'] = np.array(score).reshape(*shape, -1)
        if table.label[clip] >= 0:
            found['label'] = int(table.label[clip])
        for key in ('img_shape', 'original_shape'):
            size = getattr(table, key)[clip]
            if size.all():
                found[key] = tuple(size.tolist())
        return found

    def person_order(
        self,
        num_person: int,
        score_thr: float = 0.0,
        zero_is_missing: bool = True,
    ) -> np.ndarray:
        """The best-seen persons of every clip, as ``RankPersons`` takes them.

        Args:
            num_person: Number of persons.
            score_thr: As for ``LoadSkeleton``.
            zero_is_missing: As for ``LoadSkeleton``.

        Returns:
            (n, num_person) positions within the clip, -1 for absent ones.
        """
        default = (score_thr, zero_is_missing) == (0, True)
        ranking = self.ranking if default else None
        if ranking is None:
            ranking = rank_persons(self, score_thr, zero_is_missing)
        return first_persons(ranking, self.table, num_person)

    def select(self, clips: np.ndarray) -> ClipStore:
        """A store in memory of some clips only, in their order."""
        table = self.table.select(clips)
        rows = _ranges(self.table.start[clips], table.num_rows)
        ranking = self.ranking
        if ranking is not None:
            ranking = ranking[
                _ranges(self.table.person_start[clips], table.num_persons)
            ]
        return ClipStore(
            table,
            self.keypoint[rows],
            None if self.score is None else self.score[rows],
            classes=self.classes,
            ranking=ranking,
        )

    def relabel(self, label: np.ndarray) -> ClipStore:
        """The same frames with other labels (n,); this store stays."""
        return replace(
            self, table=replace(self.table, label=label), relabelled=True
        )

    def to(self, device: str | torch.device) -> ClipStore:
        """The same store with its frames on a device."""
        score = None if self.score is None else _tensor(self.score, device)
        return replace(
            self, keypoint=_tensor(self.keypoint, device), score=score
        )

    def __deepcopy__(self, memo: dict) -> ClipStore:
        return self

    def __reduce__(self) -> Any:
        if self.folder is None:
            return super().__reduce__()
        from .packed_store import open_store

        if self.relabelled:
            return _reopen, (self.folder, self.table.label)
        return open_store, (self.folder,)


def _reopen(folder: str, label: np.ndarray) -> ClipStore:
    """A store that was given other labels, in a process of its own."""
    from .packed_store import open_store

    store = open_store(folder)
    # Clips that were added meanwhile are at the end, and nobody asks for them.
    more = np.full(len(store) - len(label), UNLABELLED)
    return store.relabel(np.concatenate([label, more]))


def common_dtype(arrays: Sequence[np.ndarray | None]) -> np.dtype:
    """The number type that holds all the arrays' numbers."""
    return np.result_type(*{x.dtype for x in arrays if x is not None})


def _take(x: Array, rows: np.ndarray) -> Array:
    """Rows of x as float32."""
    if isinstance(x, torch.Tensor):
        return to_float32(x[torch.as_tensor(rows, device=x.device)])
    return to_float32(x.take(rows, axis=0))


def _fill(x: Array, where: np.ndarray, value: float) -> None:
    if where.any():
        x[torch.as_tensor(where) if torch.is_tensor(x) else where] = value


def _tensor(x: Array, device: str | torch.device) -> torch.Tensor:
    if isinstance(x, np.ndarray):
        # torch lacks some kinds of integers, and refuses read-only memory.
        number = x.dtype if x.dtype.kind == 'f' else np.float32
        x = torch.from_numpy(np.require(x, number, 'W'))
    return x.to(device)


def _host(x: Array) -> np.ndarray:
    return x.cpu().numpy() if isinstance(x, torch.Tensor) else np.asarray(x)


def _ranges(begins: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Numbers begin, ..., begin + size - 1 of each piece, joined."""
    before = np.cumsum(sizes) - sizes
    return np.repeat(begins - before, sizes) + np.arange(sizes.sum())
