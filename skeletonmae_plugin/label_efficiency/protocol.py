"""Files that say which clips have labels, for others to use the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ..datasets.subsets import write_ids
from ..whole_files import write_text
from .clips import Clips, fingerprint

#: Percent of the labelled clips of each class.
PERCENTS = (1, 5, 10, 25, 50)
SEEDS = (0, 1, 2, 3, 4)

_README = """# Few labels of split {split}

Of {name} ({data}), {labelled} of whose clips are labelled. A file
`{split}_P_seedK.txt` holds the names (`frame_dir`) of the clips whose labels
may be used with P percent of them, one a line, sorted: stratified by class, at
least one clip a class, those of a smaller P within those of a larger one. They
are a function of names, labels, P and K: `tools/data/few_labels.py` writes
them again. Take them by `SkeletonDataset(include=FILE)`:

    --cfg-options train_dataloader.dataset.include=FILE

| percent | clips | seeds |
|---|---|---|
"""


def write_protocol(
    name: str,
    clips: Clips,
    split: str,
    folder: Path,
    track: Callable[[Any], Iterable] = iter,
) -> list[tuple[int, int]]:
    """Write the names of few labelled clips, and a README.

    Args:
        name: Of the file of the clips, for the README.
        clips: Clips of the split.
        split: Its name.
        folder: Where the files are to lie.
        track: Put around the percents, to show progress.

    Returns:
        Percent and number of clips.
    """
    known = clips.labelled()
    counts = []
    for percent in track(PERCENTS):
        for seed in SEEDS:
            ids = known.choose(percent / 100, seed)
            write_ids(folder / f'{split}_{percent}_seed{seed}.txt', ids)
        counts.append((percent, len(ids)))
    text = _README.format(
        split=split,
        name=name,
        data=fingerprint(clips),
        labelled=len(known.ids),
    )
    seeds = f'{SEEDS[0]} to {SEEDS[-1]}'
    before = 0
    for percent, count in counts:
        same = ' (as the row above)' if count == before else ''
        text += f'| {percent} | {count}{same} | {seeds} |\n'
        before = count
    write_text(folder / 'README.md', text)
    return counts
