"""What a self-training has written, and its table."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from ..whole_files import write_json
from .selection import PseudoLabel


def read_json(path: Path) -> Any:
    """Read a JSON file; None if there is nothing."""
    if not path.exists():
        return None
    return json.loads(path.read_text(encoding='utf-8'))


def round_dir(work_dir: Path, number: int) -> Path:
    """Folder of a round; number 0 is the first teacher."""
    return work_dir / f'round_{number}'


def claim(work_dir: Path, request: dict) -> None:
    """Take a folder for a run, or go on with the same run.

    Raises:
        ValueError: If the folder is of another run.
    """
    file = work_dir / 'request.json'
    before = read_json(file)
    if before is None:
        write_json(file, request)
        return
    for key in {**before, **request}:
        if before.get(key) != request.get(key):
            raise ValueError(
                f'{work_dir} is of a self-training with another {key}; '
                'choose another work_dir, or remove it to train anew'
            )


def read_pseudo_labels(folder: Path) -> dict[str, PseudoLabel] | None:
    """Pseudo-labels of a round by name; None if they are not chosen yet."""
    found = read_json(folder / 'pseudo_labels.json')
    if found is None:
        return None
    return {name: PseudoLabel(*pair) for name, pair in found.items()}


def summarize(
    folder: Path,
    labelled: int,
    pseudo: dict[str, PseudoLabel],
    checkpoint: str,
    metrics: dict[str, float],
) -> dict:
    """What ``round.json`` says of a round that is done."""
    confidence = [label.confidence for label in pseudo.values()]
    return dict(
        num_labelled=labelled,
        num_pseudo_labels=len(pseudo),
        mean_confidence=mean(confidence) if confidence else None,
        checkpoint=os.path.relpath(checkpoint, folder),
        metrics=metrics,
    )


def read_rounds(work_dir: str | Path) -> list[dict]:
    """``round.json`` of all rounds that are done."""
    rounds: list[dict] = []
    while True:
        folder = round_dir(Path(work_dir), len(rounds))
        found = read_json(folder / 'round.json')
        if found is None:
            return rounds
        rounds.append(found)


def rounds_table(rounds: Sequence[dict]) -> str:
    """Markdown: a row for each round, accuracy of the test in percent."""
    keys = list(rounds[0]['metrics']) if rounds else []
    head = ['round', 'labels', 'pseudo-labels', 'mean confidence']
    rows = [[*head, *(f'test {key} (%)' for key in keys)]]
    for number, found in enumerate(rounds):
        confidence = found['mean_confidence']
        rows.append(
            [
                str(number),
                str(found['num_labelled']),
                str(found['num_pseudo_labels']),
                '-' if confidence is None else f'{confidence:.3f}',
                *(f'{100 * found["metrics"][key]:.1f}' for key in keys),
            ]
        )
    lines = ['| ' + ' | '.join(row) + ' |' for row in rows]
    lines.insert(1, '|' + '---|' * len(rows[0]))
    return '\n'.join(lines) + '\n'
