"""Mend a whole file: drop or repair what can be, and list it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..skeleton_pickle import write_dataset
from .examine import Health
from .kinds import KINDS, Finding, Severity
from .measure import ClipFacts, clip_facts
from .repair import Change, repair_clip, take_score
from .split_findings import readable_splits, unknown_names

#: Findings about clips that nothing can mend, and what is done.
_DROPPED = dict.fromkeys(
    ('mixed_coordinates', 'conflicting_labels', 'partly_labelled'),
    'dropped the clip',
)
_REMOVED = 'removed the split'
#: Findings about clips of splits or splits, and what is done.
_TAKEN = dict(
    unknown_ids='took the name out of the split',
    empty_split=_REMOVED,
    shared_ids='took it out of the training split',
    shared_content='took it out of the training split',
    unseen_class='took it out of the test split',
)
#: Numbers up to this are taken for the name of a fold.
_FOLDS = 1000


@dataclass(frozen=True, eq=False)
class Mended:
    """A file after its mending.

    Args:
        before: The file as it was.
        health: What is left: notes alone.
        content: What to write, ``dict(split=..., annotations=[...])``.
        changes: What was done, clip by clip.
    """

    before: Health
    health: Health
    content: dict[Any, Any]
    changes: list[Change]

    def write(self, path: str | Path) -> None:
        """Write the pickle, all or nothing.

        Raises:
            FileExistsError: If there is anything of that name.
        """
        path = Path(path).expanduser()
        if path.exists() or path.is_symlink():
            raise FileExistsError(
                f'{path} exists, and nothing is overwritten; give another '
                'name, or remove it first'
            )
        write_dataset(self.content, path)


def mend(health: Health, track: Callable[[Any], Iterable] = iter) -> Mended:
    """Mend what is an error or a warning; notes stay as they are.

    Clips are repaired if that can be (see ``repair``) and dropped otherwise.
    Clips that are trained and tested on leave the training split, test clips
    of a class without training clips the test split.

    Args:
        health: The file, examined. What it holds is not changed.
        track: Put around the numbers of the clips, to show progress.

    Raises:
        ValueError: If no clip is left.
    """
    mending = _Mending(health)
    mending.mend_clips(track)
    mending.read_splits()
    while True:
        mending.require_any()
        left = mending.health()
        kind = next(iter(left.findings), None)
        if kind is None or KINDS[kind].severity == Severity.NOTE:
            return Mended(health, left, mending.content(), mending.changes)
        # Takes something away each time, so that there is an end.
        mending.apply(kind, left.findings[kind])


class _Mending:
    """A file on the way from broken to whole.

    Args:
        before: The file as it is.
    """

    def __init__(self, before: Health) -> None:
        self.before = before
        self.source = before.source
        self.clips: dict[str, dict] = {}
        self.facts: dict[str, ClipFacts] = {}
        self.splits: dict[str, list] = {}
        self.changes: list[Change] = []

    def health(self) -> Health:
        """What is found in the file by now."""
        return Health(self.source, list(self.facts.values()), self.splits)

    def content(self) -> dict[Any, Any]:
        """The file as it is by now."""
        content = dict(self.source.rest)
        content['split'] = self.splits
        content['annotations'] = list(self.clips.values())
        if self.source.classes is not None:
            content['classes'] = list(self.source.classes)
        return content

    def require_any(self) -> None:
        """Raise ``ValueError`` if no clip is left."""
        if self.clips:
            return
        kinds = [change.finding.kind for change in self.changes]
        most = max(kinds, key=kinds.count, default='no_clips')
        raise ValueError(
            f'{self.source.path}: nothing is written, for no clip would be '
            f'left; the most frequent reason is {most!r}: '
            f'{KINDS[most].what}. Give the right layout and number of classes '
            f'(layout {self.source.layout.name!r}, num_classes '
            f'{self.source.num_classes})'
        )

    def mend_clips(self, track: Callable[[Any], Iterable]) -> None:
        """Take the clips that are whole or can be mended."""
        for place in track(range(len(self.before.facts))):
            facts = self.before.facts[place]
            name = facts.name
            if name is None or name in self.clips:
                kind = 'unnamed' if name is None else 'repeated_name'
                finding = Finding(kind, f'annotation number {place}', name)
                self.changes.append(Change('dropped the annotation', finding))
                continue
            clip, facts, changes = repair_clip(
                self.source.annotations[place],
                facts,
                self.source.layout,
                self.source.num_classes,
            )
            self.changes += changes
            if clip is not None:
                self.clips[name], self.facts[name] = clip, facts

    def read_splits(self) -> None:
        """Take the splits, without clips that were dropped."""
        for split, names in self.before.raw_splits.items():
            readable, wrong = readable_splits({split: names})
            if wrong:
                readable = self._renamed(split, names)
                what = (
                    f'called it {[*readable][0]!r}' if readable else _REMOVED
                )
                self.changes.append(Change(what, wrong[0]))
            self.splits.update(readable)
        self._take_strangers_out()
        gone = self.before.clips.keys() - self.clips.keys()
        self._take_out(lambda split, name: name in gone)

    def _renamed(self, split: Any, names: Any) -> dict[str, list]:
        """A split whose name is a number, as folds often are."""
        number = int(split) if isinstance(split, (int, np.integer)) else -1
        if not 0 <= number <= _FOLDS:
            return {}
        key = str(split)
        if key in self.before.splits or key in self.splits:
            return {}
        return readable_splits({key: names})[0]

    def apply(self, kind: str, findings: Iterable[Finding]) -> None:
        """Do what is to be done about all findings of a kind."""
        if kind == 'score_as_third':
            for finding in findings:
                self._take_score(finding)
            return
        places: dict[tuple[str | None, Any], Finding] = {}
        for finding in findings:
            split = None if kind in _DROPPED else finding.split
            places.setdefault((finding.clip, split), finding)
        what = _DROPPED.get(kind) or _TAKEN[kind]
        self.changes += [Change(what, x) for x in places.values()]
        if kind in _DROPPED:
            gone = {name for name, _ in places if name is not None}
            for name in gone:
                del self.clips[name], self.facts[name]
            self._take_out(lambda split, name: name in gone)
        elif kind == 'empty_split':
            for _, split in places:
                del self.splits[split]
        else:
            self._take_out(lambda split, name: (name, split) in places)

    def _take_score(self, finding: Finding) -> None:
        name = finding.clip
        assert name is not None  # it tells of a clip
        clip, what = take_score(self.clips.pop(name), self.facts.pop(name))
        self.changes.append(Change(what, finding))
        body = self.source.layout, self.source.num_classes
        # In two dimensions more may be wrong, a place outside the image.
        mended, facts, changes = repair_clip(
            clip, clip_facts(clip, *body), *body
        )
        self.changes += changes
        if mended is None:
            self._take_out(lambda split, other: other == name)
        else:
            self.clips[name], self.facts[name] = mended, facts

    def _take_strangers_out(self) -> None:
        """Take out of splits what the file never had, texts or not."""
        known = self.before.clips
        for split, names in self.splits.items():
            unknown = unknown_names(split, names, known)
            self.changes += [Change(_TAKEN['unknown_ids'], x) for x in unknown]
            self.splits[split] = [
                name
                for name in names
                if isinstance(name, str) and name in known
            ]

    def _take_out(self, which: Callable[[str, str], bool]) -> None:
        for split, names in self.splits.items():
            self.splits[split] = [n for n in names if not which(split, n)]
