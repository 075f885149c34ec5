"""The lists of clips and labels that the authors publish."""

from __future__ import annotations

import json
import re
from pathlib import Path

#: An element of FineGym: video, event (E) and sub-action (A), each with begin
#: and end in seconds. Pickles leave out the letters.
_ELEMENT = re.compile(
    r'(?P<video>.{11})(?:_E)?_(?P<event>\d{6}_\d{6})(?:_A)?_'
    r'(?P<action>\d{4}_\d{4})'
)


def read_gym_list(path: str | Path) -> dict[str, int]:
    """Read ``gym99_train_element_v1.0.txt`` or one like it.

    Args:
        path: A file of lines ``NAME LABEL``.

    Returns:
        Labels by name.

    Raises:
        ValueError: If a line is another, or a name is there twice.
    """
    labels: dict[str, int] = {}
    lines = _read(path).splitlines()
    for number, line in enumerate(lines, 1):
        words = line.split()
        if not words:
            continue
        if len(words) != 2 or not words[1].isdecimal():
            raise ValueError(
                f'{path}: line {number}: expected a name and a label, got '
                f'{line.strip()[:60]!r}; take gym99_train_element_v1.0.txt or '
                'gym99_val_element.txt of FineGym'
            )
        _add(labels, words[0], int(words[1]), path)
    return _not_empty(labels, path)


def read_diving48_list(path: str | Path) -> dict[str, int]:
    """Read ``Diving48_V2_train.json`` or ``Diving48_V2_test.json``.

    Args:
        path: A JSON list of ``dict(vid_name, label, ...)``.

    Returns:
        Labels by name.

    Raises:
        ValueError: If it is another file, or a name is there twice.
    """
    try:
        items = json.loads(_read(path))
    except json.JSONDecodeError as error:
        raise ValueError(f'{path}: no JSON file: {error}') from None
    labels: dict[str, int] = {}
    for item in items if isinstance(items, list) else [items]:
        name = item.get('vid_name') if isinstance(item, dict) else None
        label = item.get('label') if isinstance(item, dict) else None
        if not isinstance(name, str) or type(label) is not int or label < 0:
            raise ValueError(
                f'{path}: expected a list of dict(vid_name=..., label=...), '
                f'found {str(item)[:60]}; take Diving48_V2_train.json or '
                'Diving48_V2_test.json'
            )
        _add(labels, name, label, path)
    return _not_empty(labels, path)


def gym_key(name: str) -> str:
    """The name of an element without its letters; any other as it is.

    Example:
        >>> gym_key('A0xAXXysHUo_E_002184_002237_A_0035_0036')
        'A0xAXXysHUo_002184_002237_0035_0036'
    """
    found = _ELEMENT.fullmatch(name)
    return '_'.join(found.groups()) if found else name


def _read(path: str | Path) -> str:
    try:
        return Path(path).read_text(encoding='utf-8')
    except UnicodeDecodeError:
        raise ValueError(f'{path}: not a text file') from None


def _add(
    labels: dict[str, int], name: str, label: int, path: str | Path
) -> None:
    if name in labels:
        raise ValueError(f'{path}: {name!r} is there twice')
    labels[name] = label


def _not_empty(labels: dict[str, int], path: str | Path) -> dict[str, int]:
    if not labels:
        raise ValueError(f'{path}: holds no clip')
    return labels
