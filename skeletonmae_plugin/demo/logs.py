"""Reading what MMEngine has left in a work_dir."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path


def read_test_metrics(work_dir: Path) -> dict[str, float]:
    """The results of the newest test run in a work_dir."""
    files = [
        path
        for path in work_dir.glob('*/*.json')
        if path.stem == path.parent.name
    ]
    if not files:
        raise FileNotFoundError(
            f'no result of a test in {work_dir}; expected '
            '<time>/<time>.json, as MMEngine writes it'
        )
    return json.loads(max(files).read_text())


def read_scalars(work_dir: Path) -> list[dict[str, float]]:
    """All rows that the newest training in a work_dir has logged."""
    files = list(work_dir.glob('*/vis_data/scalars.json'))
    if not files:
        raise FileNotFoundError(
            f'no log of a training in {work_dir}; expected '
            '<time>/vis_data/scalars.json, as LocalVisBackend writes it'
        )
    lines = max(files).read_text().splitlines()
    return [json.loads(line) for line in lines]


def curve(
    rows: Sequence[dict[str, float]], key: str, x: str = 'step'
) -> list[tuple[float, float]]:
    """Points (x, key) of the rows that have both."""
    return [(row[x], row[key]) for row in rows if x in row and key in row]
