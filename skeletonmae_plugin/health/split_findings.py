"""What the splits of a file tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any

from ..datasets.checks import in_words
from .content_findings import same_content
from .kinds import Finding
from .measure import ClipFacts

#: A training split whose largest class has more than so many times the clips
#: of its smallest is uneven.
UNEVEN = 10

Splits = Mapping[Any, Sequence[Any]]
#: Sides of a split as names tell them: xsub_train and xsub_val, train1 and
#: test1. A side is a word of its own, digits may follow.
_TRAIN = re.compile(r'(?<![a-z])train(ing)?(?![a-z])', re.I)
_TEST = re.compile(
    r'(?<![a-z])(val(id(ation)?)?|test(ing)?|eval|dev)(?![a-z])', re.I
)


def readable_splits(splits: Mapping) -> tuple[dict[str, list], list[Finding]]:
    """The splits that can be asked for, and what is wrong with the others.

    Args:
        splits: As in the file, from anybody.

    Returns:
        Names of each split, which may be of any kind, and findings
        ``split_value``.
    """
    found: dict[str, list] = {}
    wrong = []
    for split, names in splits.items():
        try:
            listed = list(names)
        except TypeError:
            why = f'holds a {type(names).__name__}, no list of names'
            wrong.append(Finding('split_value', why, split=split))
            continue
        if isinstance(split, str):
            found[split] = listed
        else:
            why = f'its name {in_words(split)} is no text'
            wrong.append(Finding('split_value', why, split=split))
    return found, wrong


def opposite_splits(splits: Splits) -> list[tuple[str, str]]:
    """Names of splits to train on and to test on that belong together."""
    trains = {
        _TRAIN.sub('*', split, count=1): split
        for split in splits
        if _TRAIN.search(split)
    }
    tests = [split for split in splits if not _TRAIN.search(split)]
    pairs = []
    for split in tests:
        protocol = _TEST.sub('*', split, count=1)
        if protocol != split and protocol in trains:
            pairs.append((trains[protocol], split))
    return pairs


def split_findings(
    splits: Splits, clips: Mapping[str, ClipFacts]
) -> Iterator[Finding]:
    """Findings about readable splits.

    Args:
        splits: Names of each split, which may be of any kind.
        clips: Clips by name.
    """
    there: dict[str, list[str]] = {}
    for split, names in splits.items():
        yield from unknown_names(split, names, clips)
        there[split] = [n for n in names if isinstance(n, str) and n in clips]
        if not names:
            yield Finding('empty_split', f'{split!r}', split=split)
        yield from _repeated(split, there[split])
    yield from _in_no_split(there, clips)
    yield from _shared(there, clips)
    yield from _unseen_classes(there, clips)
    for part, names in there.items() if there else [(None, list(clips))]:
        names = list(dict.fromkeys(names))
        yield from _labels(part, names, clips)
        yield from _same(part, names, clips)


def unknown_names(
    split: str, names: Sequence[Any], clips: Container[str]
) -> list[Finding]:
    """What a split names, text or not, that is no clip."""
    return [
        Finding(
            'unknown_ids',
            f'in {split!r}',
            name if isinstance(name, str) else in_words(name),
            split,
        )
        for name in names
        if not (isinstance(name, str) and name in clips)
    ]


def class_counts(
    names: Sequence[str], clips: Mapping[str, ClipFacts]
) -> dict[int, int]:
    """Number of clips of each class that has any, by class."""
    labels = [clips[name].label for name in names if name in clips]
    counts = Counter(label for label in labels if label is not None)
    return dict(sorted(counts.items()))


def _repeated(split: str, names: Sequence[str]) -> Iterator[Finding]:
    if len(set(names)) < len(names):
        for name, count in Counter(names).items():
            if count > 1:
                why = f'{count} times in {split!r}'
                yield Finding('repeated_ids', why, name, split)


def _in_no_split(
    splits: Splits, clips: Mapping[str, ClipFacts]
) -> Iterator[Finding]:
    if splits:
        used = {name for names in splits.values() for name in names}
        for name in clips:
            if name not in used:
                yield Finding('no_split', 'never used', name)


def _shared(
    splits: Splits, clips: Mapping[str, ClipFacts]
) -> Iterator[Finding]:
    """Clips that are trained on and tested, by name or by content."""
    groups = same_content(clips)
    told = set()
    for train, test in opposite_splits(splits):
        trained, tested = set(splits[train]), set(splits[test])
        for name in dict.fromkeys(splits[train]):
            if name in tested and (train, name) not in told:
                told.add((train, name))
                why = f'in {train!r} and {test!r}'
                yield Finding('shared_ids', why, name, train)
        for group in groups:
            twins = [n for n in group if n in tested]
            for name in group:
                other = [twin for twin in twins if twin != name]
                if name in trained and other and (train, name) not in told:
                    told.add((train, name))
                    why = f'in {train!r}, and in {test!r} as {other[0]!r}'
                    yield Finding('shared_content', why, name, train)


def _unseen_classes(
    splits: Splits, clips: Mapping[str, ClipFacts]
) -> Iterator[Finding]:
    for train, test in opposite_splits(splits):
        known = class_counts(splits[train], clips)
        if not known:
            continue  # unlabelled: for pre-training
        for name in dict.fromkeys(splits[test]):
            label = clips[name].label
            if label is not None and label not in known:
                why = f'label {label} is in {test!r}, not in {train!r}'
                yield Finding('unseen_class', why, name, test)


def _labels(
    split: str | None, names: Sequence[str], clips: Mapping[str, ClipFacts]
) -> Iterator[Finding]:
    """Whether all clips have a label, and whether classes are even."""
    called = 'the file' if split is None else repr(split)
    counts = class_counts(names, clips)
    without = [name for name in names if _is_unlabelled(clips[name])]
    if without and not counts:
        why = f'{called}: {len(without)} clips'
        yield Finding('unlabelled', why, split=split)
    elif without:
        why = f'in {called}, where {len(names) - len(without)} have one'
        for name in without:
            yield Finding('partly_labelled', why, name, split)
    if counts and (split is None or _TRAIN.search(split)):
        most = max(counts, key=lambda label: counts[label])
        least = min(counts, key=lambda label: counts[label])
        if counts[most] > UNEVEN * counts[least]:
            why = (
                f'{called}: {counts[most]} clips of class {most}, '
                f'{counts[least]} of class {least}'
            )
            yield Finding('imbalance', why, split=split)


def _is_unlabelled(clip: ClipFacts) -> bool:
    """Whether there is no label; one that cannot be is another matter."""
    return clip.label is None and all(
        fault.kind != 'label' for fault in clip.faults
    )


def _same(
    split: str | None, names: Sequence[str], clips: Mapping[str, ClipFacts]
) -> Iterator[Finding]:
    called = 'the file' if split is None else repr(split)
    for group in same_content({name: clips[name] for name in names}):
        for name in group[1:]:
            why = f'as {group[0]!r} in {called}'
            yield Finding('same_content', why, name, split)
