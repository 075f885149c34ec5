"""What is known of each clip of a store, but for its frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np

#: Stands for a label that is not known.
UNLABELLED = -1


@dataclass(frozen=True, eq=False)
class ClipTable:
    """Columns of n clips.

    Args:
        names: ``frame_dir`` of each clip.
        num_persons: (n,) number M of persons.
        num_frames: (n,) number T of frames.
        label: (n,) class, ``UNLABELLED`` where there is none.
        img_shape: (n, 2) height and width, 0 where not known.
        original_shape: (n, 2) likewise.
        scored: (n,) bool, whether the clip has scores.
    """

    names: tuple[str, ...]
    num_persons: np.ndarray
    num_frames: np.ndarray
    label: np.ndarray
    img_shape: np.ndarray
    original_shape: np.ndarray
    scored: np.ndarray

    @classmethod
    def from_clips(cls, clips: Mapping[str, dict]) -> ClipTable:
        """The table of checked annotations (see ``checks``), by name."""
        shapes = [clip['keypoint'].shape for clip in clips.values()]
        return cls(
            names=tuple(clips),
            num_persons=_column(shape[0] for shape in shapes),
            num_frames=_column(shape[1] for shape in shapes),
            label=_column(
                _or(clip.get('label'), UNLABELLED) for clip in clips.values()
            ),
            img_shape=_sizes(clips, 'img_shape'),
            original_shape=_sizes(clips, 'original_shape'),
            scored=_column(
                clip.get('keypoint_score') is not None
                for clip in clips.values()
            ).astype(bool),
        )

    @cached_property
    def num_rows(self) -> np.ndarray:
        """(n,) rows of each clip in a store: persons x frames."""
        return self.num_persons * self.num_frames

    @cached_property
    def start(self) -> np.ndarray:
        """(n,) first row of each clip in a store."""
        return starts(self.num_rows)

    @cached_property
    def person_start(self) -> np.ndarray:
        """(n,) number of persons before each clip."""
        return starts(self.num_persons)

    def __len__(self) -> int:
        return len(self.names)

    def columns(self) -> dict[str, np.ndarray]:
        """The arrays by name, without the names of the clips."""
        return {
            field.name: getattr(self, field.name)
            for field in fields(self)
            if field.name != 'names'
        }

    def select(self, clips: np.ndarray) -> ClipTable:
        """The table of some clips, by position."""
        return ClipTable(
            names=tuple(self.names[i] for i in clips),
            **{k: column[clips] for k, column in self.columns().items()},
        )

    def join(self, other: ClipTable) -> ClipTable:
        """The clips of both, these first."""
        more = other.columns()
        return ClipTable(
            names=self.names + other.names,
            **{
                k: np.concatenate([column, more[k]])
                for k, column in self.columns().items()
            },
        )


def starts(sizes: np.ndarray) -> np.ndarray:
    """Where each of several pieces begins that lie one behind another."""
    return np.cumsum(sizes) - sizes


def _column(values: Any) -> np.ndarray:
    return np.fromiter(values, np.int64)


def _sizes(clips: Mapping[str, dict], key: str) -> np.ndarray:
    sizes = [tuple(_or(clip.get(key), (0, 0)))[:2] for clip in clips.values()]
    return np.array(sizes, np.int64).reshape(-1, 2)


def _or(value: Any, default: Any) -> Any:
    return default if value is None else value
