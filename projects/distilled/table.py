"""What the cells of the study say, in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from arms import ARMS

from skeletonmae_plugin.datasets.subsets import read_ids
from skeletonmae_plugin.label_efficiency.cells import Cell
from skeletonmae_plugin.label_efficiency.folder import Folder
from skeletonmae_plugin.label_efficiency.statistics import (
    caveat,
    compare,
    few_of,
    percent,
)

#: More differences than those to student_scratch.
PAIRS = (
    ('student_distilled', 'student_pretrained'),
    ('student_unlabelled', 'student_distilled'),
    ('student_unlabelled', 'teacher'),
)


#: Seed -> what the file of a cell says.
Group = Mapping[int, Mapping[str, Any]]


def study_table(
    folder: Folder,
    cells: Sequence[Cell],
    epochs: float = 1.0,
    failures: Iterable[str] = (),
) -> str:
    """The table of what is done, and how to read it.

    Args:
        folder: Of the study.
        cells: Those that are asked for.
        epochs: Part of the configs' epochs.
        failures: What failed, in words.
    """
    done: dict[tuple[float, str], dict[int, dict[str, Any]]] = {}
    for cell in cells:
        # A pre-training has no fraction, and nothing to test.
        if cell.fraction is not None and not folder.missing([cell]):
            group = done.setdefault((cell.fraction, cell.arm), {})
            group[cell.seed or 0] = folder.read(cell)
    labels = np.array(folder.test_labels())
    hits = {
        key: {
            (seed, None): np.array(result['predicted']) == labels
            for seed, result in group.items()
        }
        for key, group in done.items()
    }
    order = [(f, a) for f in sorted({f for f, _ in done}) for a in ARMS]
    lines = [
        '| labels | arm | top-1 % | class mean % | minus student_scratch '
        '(95 % interval) | seeds | updates | s a cell |',
        '|---|---|---|---|---|---|---|---|',
        *(
            _line(folder, key, done[key], _difference(hits, *key))
            for key in order
            if key in done
        ),
        '',
    ]
    for fraction in sorted({fraction for fraction, _ in done}):
        for arm, base in PAIRS:
            found = _difference(hits, fraction, arm, base)
            if found:
                lines.append(
                    f'- {100 * fraction:g} % of the labels, {arm} minus '
                    f'{base}: {found}'
                )
    seeds = min(map(len, done.values()), default=0)
    used = [arm for arm in ARMS if any(arm == a for _, a in done)]
    lines += [f'- {arm}: {ARMS[arm]}.' for arm in used]
    lines.append(
        '- Tested after the last epoch; the test chooses nothing. A seed '
        'is a label subset with weights, order and pre-training of its '
        'own; ± is over seeds. Intervals are of a bootstrap of paired '
        'differences over seeds and test clips. '
        + caveat(few_of(dict(seeds=seeds)))
    )
    if epochs != 1:
        part = f'{100 * epochs:g} %'
        lines.append(f'- REDUCED: {part} of the epochs of each config.')
    lines += [f'- MISSING: {failure}' for failure in failures]
    return '\n'.join(lines) + '\n'


def _line(
    folder: Folder,
    key: tuple[float, str],
    group: Group,
    difference: str,
) -> str:
    fraction, arm = key
    few = read_ids(folder.labels(fraction, min(group)))
    diverged = sum(not result['finite'] for result in group.values())
    cells = [
        f'{len(few)} ({100 * fraction:g} %)',
        arm + (f' ({diverged} diverged)' if diverged else ''),
        _percent(group, 'top1'),
        _percent(group, 'mean_class_accuracy'),
        difference,
        str(len(group)),
        str(next(iter(group.values()))['updates']),
        f'{np.mean([r["seconds"] for r in group.values()]):.0f}',
    ]
    return f'| {" | ".join(cells)} |'


def _percent(group: Group, key: str) -> str:
    return percent(
        {(seed, None): result[key] for seed, result in group.items()}
    )


def _difference(
    hits: Mapping[tuple[float, str], Mapping],
    fraction: float,
    arm: str,
    base: str = 'student_scratch',
) -> str:
    """In points, with its interval; '' where there is none to say."""
    ours, theirs = hits.get((fraction, arm)), hits.get((fraction, base))
    if arm == base or ours is None or theirs is None:
        return ''
    found = compare(ours, theirs)
    return '' if found is None else found.points
