"""Options of a row, found in a config."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mmengine.config import Config


@dataclass(frozen=True)
class Times:
    """A value as so many times the config's.

    Args:
        factor: A whole number stays one.
    """

    factor: float


def resolve(options: Mapping[str, Any], cfg: Config) -> dict[str, Any]:
    """Plain ``--cfg-options`` of options that name list items by type.

    Args:
        options: As ``--cfg-options``. Where the config has a list, the
            ``type`` of an item may stand for its number:
            ``model.head.AgreementHead.temperature``. Values may be ``Times``.
        cfg: The config.

    Returns:
        The options with numbers, and with values as JSON has them.

    Raises:
        ValueError: If the config has no such place.
    """
    found, content = {}, cfg.to_dict()
    for key, value in options.items():
        *path, last = key.split('.')
        node, numbered = content, []
        if not path:
            _item(content, last, key)
        for name in path:
            step = _item(node, name, key)
            node = node[step]
            numbered.append(str(step))
        if isinstance(value, Times):
            value = _times(node, last, value.factor, key)
        found['.'.join([*numbered, last])] = value
    # As a folder's spec.json is read: a tuple is a list there.
    plain: dict[str, Any] = json.loads(json.dumps(found))
    return plain


def _item(node: Any, name: str, key: str) -> str | int:
    """Key or number of a part of the config."""
    if isinstance(node, Mapping):
        if name not in node:
            raise ValueError(
                f'option {key}: the config has no {name!r} here, only '
                f'{", ".join(node)}'
            )
        return name
    if not isinstance(node, list):
        raise ValueError(f'option {key}: {name!r} is within {node!r}')
    if name.isdigit() and int(name) < len(node):
        return int(name)
    types = [item.get('type') for item in node]
    if types.count(name) != 1:
        raise ValueError(
            f'option {key}: expected one item of type {name!r} in the list, '
            f'got {types}'
        )
    return types.index(name)


def _times(node: Any, name: str, factor: float, key: str) -> float | int:
    value = node[_item(node, name, key)]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(
            f'option {key}: {value!r} is no number to multiply by {factor:g}'
        )
    if isinstance(value, int):
        return max(1, round(factor * value))
    return factor * value
