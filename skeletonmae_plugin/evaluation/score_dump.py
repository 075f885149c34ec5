"""Class scores in a plain NumPy file that names its clips.

MMAction2's own dumps are pickles of torch tensors in the order of a test, most
often without names: to read one runs code that it names, and to join two needs
the hope that both tests went through the clips alike.
"""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..whole_files import replacing
from .features import UNLABELLED

#: Facts of a test that are kept as text.
FACTS = ('config', 'checkpoint', 'ann_file', 'split')
#: Of the largest score of a clip: so much may two passes over it differ, in
#: half precision and in batches of other clips.
_TOLERANCE = 0.02
_HOW_TO = (
    'expected a .npz of arrays ids, scores and labels, as '
    '`python tools/test.py CONFIG CHECKPOINT --dump FILE.npz` writes it '
    '(docs/ensemble.md)'
)


@dataclass(frozen=True)
class Scores:
    """What a model says of n clips; made by :func:`make_scores`.

    Attributes:
        file: Where it is from, for messages.
        ids: (n,) names (``frame_dir``), sorted, each once.
        values: (n, K) float32, probabilities or logits.
        labels: (n,) int64, ``UNLABELLED`` where there is none.
        facts: ``FACTS`` -> text, as far as they are known.
    """

    file: str
    ids: np.ndarray
    values: np.ndarray
    labels: np.ndarray
    facts: dict[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def num_classes(self) -> int:
        """K."""
        return self.values.shape[1]

    def take(self, ids: np.ndarray) -> Scores:
        """The scores of some of the clips: sorted names, all there."""
        rows = np.searchsorted(self.ids, ids)
        return replace(
            self, ids=ids, values=self.values[rows], labels=self.labels[rows]
        )

    def labelled(self) -> Scores:
        """Those clips alone that have a label."""
        return self.take(self.ids[self.labels != UNLABELLED])


def make_scores(
    file: str,
    ids: np.ndarray,
    values: np.ndarray,
    labels: np.ndarray,
    facts: dict[str, str] | None = None,
) -> Scores:
    """Check scores, sort them by name, and take each clip once.

    The processes of a test repeat clips to have equally many; the first one
    of a name counts.

    Args:
        file: Where they are from, for messages.
        ids: (n,) names, in any order.
        values: (n, K) finite scores.
        labels: (n,) whole numbers from 0 to K - 1, or ``UNLABELLED``.
        facts: See :class:`Scores`.

    Raises:
        ValueError: If shapes or kinds are others, if a score is not finite, a
            label is no class, or a name has two different scores or labels.
    """
    _check_arrays(file, ids, values, labels)
    values, labels = values.astype(np.float32), labels.astype(np.int64)
    bad = ~np.isfinite(values).all(1)
    _complain(file, ids, bad, 'have scores that are not finite; did the '
              'training diverge?')  # fmt: skip
    bad = (labels != UNLABELLED) & ((labels < 0) | (labels >= values.shape[1]))
    _complain(file, ids, bad, f'have a label outside the {values.shape[1]} '
              'classes of the scores')  # fmt: skip
    names, first, place = np.unique(
        ids, return_index=True, return_inverse=True
    )
    twin = first[place]
    bad = np.abs(values - values[twin]).max(1) > _TOLERANCE * np.abs(
        values[twin]
    ).max(1)
    bad |= labels != labels[twin]
    _complain(file, ids, bad, 'repeat a name with other scores or another '
              'label; expected a name for each clip')  # fmt: skip
    return Scores(file, names, values[first], labels[first], facts or {})


def write_scores(path: str | Path, scores: Scores) -> None:
    """Write a dump, all or nothing.

    Args:
        path: A ``.npz``; its folder is made.
        scores: What to write.
    """
    arrays: dict[str, Any] = dict(
        ids=scores.ids,
        scores=scores.values,
        labels=scores.labels,
        **{name: np.array(scores.facts.get(name, '')) for name in FACTS},
    )
    with replacing(path) as file:
        np.savez_compressed(file, **arrays)


def read_scores(path: str | Path) -> Scores:
    """Read a dump; nothing is unpickled.

    Args:
        path: What ``write_scores`` has written, or any ``.npz`` of ``ids``,
            ``scores`` and ``labels``.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is something else, or see :func:`make_scores`.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f'{path}: no such file; {_HOW_TO}')
    if path.suffix in ('.pkl', '.pickle'):
        raise ValueError(
            f'{path} is a pickle, which is not read: it could run code, and '
            f'the dumps of MMAction2 do not name their clips; {_HOW_TO}'
        )
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {key: file[key] for key in ('ids', 'scores', 'labels')}
            facts = {key: str(file[key]) for key in FACTS if key in file}
    except (
        *(AttributeError, EOFError, KeyError, MemoryError, OSError, TypeError),
        *(ValueError, NotImplementedError, zipfile.BadZipFile, zlib.error),
    ) as error:
        raise ValueError(f'{path} cannot be read: {error}; {_HOW_TO}') from (
            error
        )
    return make_scores(
        str(path), arrays['ids'], arrays['scores'], arrays['labels'], facts
    )


def _check_arrays(
    file: str, ids: np.ndarray, values: np.ndarray, labels: np.ndarray
) -> None:
    found = ', '.join(
        f'{name} {array.dtype}{array.shape}'
        for name, array in dict(ids=ids, scores=values, labels=labels).items()
    )
    fits = (
        (ids.ndim, values.ndim, labels.ndim) == (1, 2, 1)
        and (ids.dtype.kind, values.dtype.kind) == ('U', 'f')
        and labels.dtype.kind in 'iu'
        and len(ids) == len(values) == len(labels)
    )
    if not fits:
        raise ValueError(
            f'{file}: expected ids (n,) of text, scores (n, K) of floating '
            f'numbers and labels (n,) of whole numbers, got {found}'
        )
    if not values.size:
        raise ValueError(f'{file}: expected clips and classes, got {found}')


def _complain(file: str, ids: np.ndarray, bad: np.ndarray, what: str) -> None:
    if bad.any():
        raise ValueError(
            f'{file}: {bad.sum()} of {len(ids)} clips {what} (for instance '
            f'{str(ids[bad.argmax()])!r})'
        )
