"""Test clips that a training has seen."""

from __future__ import annotations

from collections.abc import Collection

from ..health.content_findings import same_content
from ..health.examine import examine
from ..health.source import open_source
from ..layouts import LayoutLike


def copies(
    ann_file: str, layout: LayoutLike, train: Collection, test: Collection
) -> frozenset[str]:
    """Clips of a test that are trained on too, by name or by content.

    Args:
        ann_file: Pickle or packed store.
        layout: Of its joints.
        train: Names of the training clips.
        test: Names of the test clips.

    Returns:
        Their names.

    Raises:
        ValueError: If the file cannot be read.
    """
    train, test = set(train), set(test)
    found = train & test
    for group in same_content(examine(open_source(ann_file, layout)).clips):
        if train & set(group):
            found |= test & set(group)
    return frozenset(found)
