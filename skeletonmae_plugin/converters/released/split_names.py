"""Splits under the names that the configs ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def rename_splits(
    splits: Mapping[str, Sequence[str]],
    new_names: Mapping[str, str],
    wanted: Sequence[str],
) -> dict[str, list[str]]:
    """The wanted splits, others left out.

    Args:
        splits: Names of the clips of each split.
        new_names: New name of a split by its name, for those to rename.
        wanted: Names of the splits to return, in this order.

    Raises:
        ValueError: If a wanted split is not there, or clips are in two.
    """
    unknown = [name for name in new_names if name not in splits]
    renamed: dict[str, list[str]] = {}
    for name, clips in splits.items():
        new = new_names.get(name, name)
        if new in renamed:
            raise ValueError(f'two splits would be called {new!r}')
        renamed[new] = list(clips)
    absent = [name for name in wanted if name not in renamed]
    if unknown or absent:
        raise ValueError(
            f'no split {", ".join(map(repr, unknown or absent))}: there are '
            f'{", ".join(map(repr, splits)) or "none"}, expected '
            f'{", ".join(map(repr, wanted))}; rename with --rename OLD=NEW, '
            'or give the official lists with --lists'
        )
    chosen = {name: renamed[name] for name in wanted}
    _check_apart(chosen)
    return chosen


def _check_apart(splits: Mapping[str, Sequence[str]]) -> None:
    """Raise if a clip is in two splits, or twice in one."""
    seen: dict[str, str] = {}
    for split, clips in splits.items():
        for clip in clips:
            if clip in seen:
                where = (
                    f'twice in the split {split!r}'
                    if seen[clip] == split
                    else f'in the splits {seen[clip]!r} and {split!r}'
                )
                raise ValueError(
                    f'clip {clip!r} is {where}, so that a test would mislead; '
                    'give the official lists with --lists'
                )
            seen[clip] = split
