"""Labels in a file of their own, in place of those of a skeleton file."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .checks import check_label
from .clip_table import UNLABELLED


def read_labels(path: str | Path) -> dict[str, int]:
    """Read labels by the names of clips.

    Args:
        path: A JSON file, ``{frame_dir: label}``.

    Raises:
        ValueError: If it is of another kind, names a clip twice, or has a
            label that is no whole number from 0 on.
    """
    try:
        text = Path(path).expanduser().read_text(encoding='utf-8')
        labels = json.loads(text, object_pairs_hook=_once)
    except (OSError, ValueError) as error:
        raise ValueError(
            f'cannot read labels from {path}: {error}; expected a JSON file '
            '{frame_dir: label}'
        ) from error
    if not isinstance(labels, dict):
        raise ValueError(
            f'{path}: expected a JSON file {{frame_dir: label}}, got a '
            f'{type(labels).__name__}'
        )
    for name, label in labels.items():
        try:
            if label is None:
                raise ValueError('label is null; leave the clip out')
            check_label(label, None)
        except ValueError as error:
            raise ValueError(f'{path}: clip {name!r}: {error}') from None
    return labels


def relabelled(
    clips: Mapping[str, dict], labels: Mapping[str, int]
) -> dict[str, dict]:
    """Annotations by name with these labels only; the given ones stay."""
    return {
        name: {**clip, 'label': labels.get(name)}
        for name, clip in clips.items()
    }


def label_column(
    names: Sequence[str], labels: Mapping[str, int]
) -> np.ndarray:
    """Labels (n,) of these clips, ``UNLABELLED`` where there is none."""
    return np.array([labels.get(n, UNLABELLED) for n in names], np.int64)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The pairs of a JSON object; the plain reader keeps the last alone."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f'{name!r} is there twice')
        found[name] = value
    return found
