"""Choice of a few labelled clips, and files of clip names."""

import json
import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..whole_files import write_json, write_text


def choose_labelled(
    ids: Sequence[str],
    labels: Sequence[int],
    fraction: float | None = None,
    per_class: int | None = None,
    seed: int = 0,
) -> list[str]:
    """Names of a stratified choice of clips, at least one a class.

    A function of the names, labels and seed: the order of the file plays no
    part, nor do the other classes. Of one seed, the smaller choice lies
    within the larger one.

    Args:
        ids: Names of the clips.
        labels: Their labels.
        fraction: Part of each class, in (0, 1], rounded to whole clips.
        per_class: Or the number of clips of each class; a class that has
            fewer gives all.
        seed: Seed of the choice.

    Returns:
        The names, sorted.

    Example:
        >>> choose_labelled(['a', 'b', 'c'], [0, 0, 1], per_class=1)
        ['a', 'c']
    """
    check_amount(fraction, per_class)
    classes = defaultdict(list)
    for clip, label in zip(ids, labels, strict=True):
        classes[int(label)].append(clip)
    chosen: list[str] = []
    for label, clips in classes.items():
        count = per_class or max(1, round((fraction or 0) * len(clips)))
        order = np.random.default_rng((seed, label)).permutation(len(clips))
        clips.sort()
        chosen.extend(clips[i] for i in order[:count])
    return sorted(chosen)


def check_amount(fraction: float | None, per_class: int | None) -> None:
    """Raise ``ValueError`` unless one of the two is given and possible."""
    if (fraction is None) == (per_class is None):
        raise ValueError(
            'give either label_fraction or labels_per_class, '
            f'got {fraction} and {per_class}'
        )
    if fraction is not None and not 0 < fraction <= 1:
        raise ValueError(f'label_fraction must be in (0, 1], got {fraction}')
    if per_class is not None and per_class < 1:
        raise ValueError(
            f'labels_per_class must be at least 1, got {per_class}'
        )


def write_ids(path: str | Path, ids: Sequence[str]) -> None:
    """Write clip names, a JSON list (.json) or one a line, all or nothing.

    Raises:
        ValueError: If one would not be a line.
    """
    if Path(path).suffix == '.json':
        write_json(path, list(ids))
    else:
        for name in ids:
            if [name] != _lines(name):
                raise ValueError(
                    f'{path}: the clip name {name!r} is no line of a text; '
                    'rename it, or write a .json file'
                )
        write_text(path, '\n'.join(ids) + '\n')


def read_ids(path: str | Path) -> list[str]:
    """Read what ``write_ids`` has written."""
    try:
        text = Path(path).read_text(encoding='utf-8')
        ids = (
            json.loads(text) if Path(path).suffix == '.json' else _lines(text)
        )
    except (OSError, ValueError) as error:
        raise ValueError(
            f'cannot read clip names from {path}: {error}; '
            'expected a JSON list (.json) or one name a '
            'line'
        ) from error
    return [str(name) for name in ids]


def _lines(text: str) -> list[str]:
    """Those that are not blank; str.splitlines knows more ends of a line."""
    lines = re.split(r'[\r\n]', text)
    return [line.strip() for line in lines if line.strip()]
