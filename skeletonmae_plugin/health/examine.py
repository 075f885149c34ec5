"""Look at every clip of a file, and find all that is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .clip_findings import clip_findings
from .content_findings import (
    content_findings,
    first_of_each_name,
    repeated_names,
)
from .kinds import KINDS, Finding, Severity
from .measure import ClipFacts, clip_facts
from .source import Source
from .split_findings import readable_splits, split_findings


@dataclass(frozen=True, eq=False)
class Health:
    """All that was found in a file.

    Args:
        source: The file.
        facts: What is known of each annotation, in the order of the file.
        raw_splits: The splits as in the file.
    """

    source: Source
    facts: Sequence[ClipFacts]
    raw_splits: Mapping

    @cached_property
    def clips(self) -> dict[str, ClipFacts]:
        """Clips by name, the first of each name."""
        return first_of_each_name(self.facts)

    @cached_property
    def splits(self) -> dict[str, list]:
        """Names of the clips of each split that can be asked for."""
        return readable_splits(self.raw_splits)[0]

    @cached_property
    def findings(self) -> dict[str, list[Finding]]:
        """Findings by kind, those first that are worst."""
        found: dict[str, list[Finding]] = {kind: [] for kind in KINDS}
        for finding in self._find():
            found[finding.kind].append(finding)
        return {kind: some for kind, some in found.items() if some}

    def worst(self) -> Severity:
        """How bad the worst finding is, a note where there is none."""
        severities = {KINDS[kind].severity for kind in self.findings}
        return next((s for s in Severity if s in severities), Severity.NOTE)

    def _find(self) -> Iterable[Finding]:
        if not self.facts:
            yield Finding('no_clips', 'annotations=[]')
        yield from repeated_names(self.facts)
        for clip in self.facts:
            yield from clip_findings(clip)
        yield from readable_splits(self.raw_splits)[1]
        yield from content_findings(
            self.clips, self.source.layout, self.source.num_classes
        )
        yield from split_findings(self.splits, self.clips)


def examine(source: Source, track: Callable[[Any], Iterable] = iter) -> Health:
    """Look at every clip of a file, whatever is wrong with others.

    Args:
        source: The file.
        track: Put around the numbers of the clips, to show progress.
    """
    facts = [
        clip_facts(source.annotations[i], source.layout, source.num_classes)
        for i in track(range(len(source.annotations)))
    ]
    return Health(source, facts, source.splits)
