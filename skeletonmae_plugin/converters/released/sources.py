"""Read one pickle, or join several."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from ...datasets.reading import Annotations, read_annotations


def split_and_file(text: str) -> tuple[str | None, str]:
    """``('train', 'a.pkl')`` of ``train=a.pkl``, ``(None, 'a.pkl')`` else.

    What is there is a file, whatever its name.
    """
    found = re.fullmatch(r'(\w+)=(.+)', text)
    if found is None or Path(text).exists():
        return None, text
    return found[1], found[2]


def read_sources(texts: Sequence[str]) -> Annotations:
    """Read pickles.

    Args:
        texts: ``FILE`` as released today, with its splits, or ``SPLIT=FILE``
            for a list of annotations, as MMAction2 before 1.0 has one a
            split.

    Returns:
        All clips and splits, clips in the order of the files.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If one is no skeleton pickle, or two have a clip of one
            name.
    """
    clips: dict[str, dict] = {}
    splits: dict[str, list] = {}
    classes = []
    for text in texts:
        split, path = split_and_file(text)
        found = read_annotations(path, path)
        twice = [name for name in found.clips if name in clips]
        if twice:
            raise ValueError(
                f'{path}: {len(twice)} of its clips are in the files before, '
                f'the first {twice[0]!r}; a frame_dir must be unique'
            )
        clips.update(found.clips)
        for name, members in _splits(found, split, path).items():
            splits.setdefault(name, []).extend(members)
        classes.append(found.classes)
    same = classes[0] if len(set(classes)) == 1 else None
    return Annotations(clips, splits, same)


def _splits(
    found: Annotations, split: str | None, path: str
) -> Mapping[str, list]:
    """The splits of a file, or the one it is."""
    if split is None:
        return {str(name): clips for name, clips in found.splits.items()}
    if found.splits:
        raise ValueError(
            f'{path}: has splits of its own ({", ".join(found.splits)}); '
            f'give it without {split}='
        )
    return {split: list(found.clips)}
