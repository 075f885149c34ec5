"""Read a skeleton file, and tell what is wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from mmengine.logging import print_log

from ..layouts import Layout
from .checks import check_clip, check_label, clip_name, in_words
from .clip_store import ClipStore
from .safe_pickle import load_pickle


@dataclass(frozen=True)
class Complaints:
    """What becomes of clips that cannot be used.

    Args:
        file: Name of the file they are in.
        on_bad_clip: 'raise', or 'skip' to log them.
        option: How to ask for the latter.
    """

    file: str
    on_bad_clip: str = 'raise'
    option: str = "on_bad_clip='skip'"

    def __post_init__(self) -> None:
        if self.on_bad_clip not in ('raise', 'skip'):
            raise ValueError(
                "on_bad_clip must be 'raise' or 'skip', got "
                f'{self.on_bad_clip!r}'
            )

    def report(self, problem: str, skipped: int = 0) -> None:
        """Raise, or log what is skipped."""
        if self.on_bad_clip == 'raise':
            raise ValueError(
                f'{self.file}: {problem}. Mend the file '
                '(tools/data/check.py FILE --layout L --fix OUT.pkl), or set '
                f'{self.option} to go on without'
            )
        print_log(
            f'{self.file}: skipped {skipped or ""} {problem}', 'current', 30
        )

    def require(self, what: str, names: Sequence, there: Mapping) -> None:
        """All names must be there, or are reported."""
        absent = [name for name in names if name not in there]
        if absent:
            self.report(
                f'{what}: {len(absent)} of {len(names)} clips are not among '
                f'the annotations: {listing(map(in_words, absent))}'
            )

    def report_bad(self, bad: Mapping[str, str]) -> None:
        """Report bad clips, if there are any: reasons by name."""
        if bad:
            reasons = [f'clip {n!r}: {reason}' for n, reason in bad.items()]
            self.report(listing(reasons), len(bad))


@dataclass(frozen=True)
class RawFile:
    """A skeleton pickle before its clips are looked at.

    Args:
        annotations: What stands for clips, in the order of the file.
        splits: What the file says of splits.
        classes: Names of the classes, if the file has them.
        rest: All else.
    """

    annotations: list
    splits: dict
    classes: tuple[str, ...] | None
    rest: dict


@dataclass(frozen=True)
class Annotations:
    """A skeleton pickle.

    Args:
        clips: Annotations by name.
        splits: Names of the clips of each split.
        classes: Names of the classes, if the file has them.
    """

    clips: dict[str, dict]
    splits: Mapping[str, list]
    classes: tuple[str, ...] | None


def read_annotations(path: str | Path, called: str) -> Annotations:
    """Read a pickle in the format of MMAction2 and pyskl.

    Args:
        path: The file.
        called: Its name in errors.

    Raises:
        ValueError: If it is of another kind.
    """
    found = read_raw(path, called)
    clips = _by_name(found.annotations, called)
    return Annotations(clips, found.splits, found.classes)


def read_raw(path: str | Path, called: str) -> RawFile:
    """Read a pickle whose clips may be of any kind.

    Args:
        path: The file.
        called: Its name in errors.

    Raises:
        ValueError: If it is no skeleton file.
    """
    data = load_pickle(path)
    if isinstance(data, list):  # annotations without splits
        data = dict(split={}, annotations=data)
    if (
        not isinstance(data, dict)
        or not isinstance(data.get('annotations'), list)
        or not isinstance(data.get('split', {}), dict)
    ):
        found = (
            f'a dict with keys {", ".join(map(repr, data))}'
            if isinstance(data, dict)
            else type(data).__name__
        )
        raise ValueError(
            f'{called}: not a skeleton file; expected dict(split='
            '{name: [frame_dir, ...]}, annotations=[dict, ...]), got '
            f'{found}'
        )
    rest = dict(data)
    annotations, splits = rest.pop('annotations'), rest.pop('split', {})
    classes = rest.get('classes')
    if not isinstance(classes, (list, tuple)):
        return RawFile(annotations, splits, None, rest)
    return RawFile(annotations, splits, tuple(rest.pop('classes')), rest)


def usable_clips(
    clips: dict[str, dict],
    layout: Layout,
    num_classes: int | None,
    complaints: Complaints,
) -> dict[str, dict]:
    """The annotations that pass ``check_clip``; the others are reported."""
    bad = {}
    for name, clip in clips.items():
        try:
            check_clip(clip, layout, num_classes)
        except ValueError as error:
            bad[name] = str(error)
            if complaints.on_bad_clip == 'raise':
                break
    complaints.report_bad(bad)
    return {name: clips[name] for name in clips if name not in bad}


def one_dimension(clips: dict[str, dict], called: str) -> None:
    """Raise ``ValueError`` unless all clips have the same C."""
    dims = Counter(clip['keypoint'].shape[-1] for clip in clips.values())
    if len(dims) > 1:
        raise ValueError(
            f'{called}: clips have different numbers of coordinates '
            f'({dict(dims)} by C); write 2D and 3D clips to files of their '
            'own'
        )


def usable_positions(
    store: ClipStore,
    clips: np.ndarray,
    layout: Layout,
    num_classes: int | None,
    complaints: Complaints,
) -> np.ndarray:
    """Those clips of a packed store that a config can use.

    The clips themselves were checked when they were packed.
    """
    try:
        layout.check_num_joints(store.num_joints)
    except ValueError as error:
        raise ValueError(f'{complaints.file}: {error}') from None
    labels = store.table.label[clips]
    if num_classes is None:
        return clips
    bad = {}
    for position in clips[labels >= num_classes]:
        try:
            check_label(store.table.label[position], num_classes)
        except ValueError as error:
            bad[store.table.names[position]] = str(error)
            if complaints.on_bad_clip == 'raise':
                break
    complaints.report_bad(bad)
    return clips[labels < num_classes]


def _by_name(annotations: list, called: str) -> dict[str, dict]:
    clips: dict[str, dict] = {}
    for place, clip in enumerate(annotations):
        try:
            name = clip_name(clip)
        except ValueError as error:
            raise ValueError(
                f'{called}: annotation number {place} {error}'
            ) from None
        if name in clips:
            raise ValueError(
                f'{called}: two annotations are called {name!r}; a frame_dir '
                'must be unique'
            )
        clips[name] = clip
    return clips


def listing(items: Iterable[str], most: int = 50) -> str:
    """The items in one line, the number of the rest where they are many."""
    items = list(items)
    rest = len(items) - most
    return '; '.join(items[:most]) + (f'; and {rest} more' if rest > 0 else '')
