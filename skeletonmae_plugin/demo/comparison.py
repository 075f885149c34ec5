"""What ``tools/label_efficiency.py`` has left in its folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import numpy as np

from ..label_efficiency.cells import Cell
from ..label_efficiency.folder import Folder
from .logs import read_scalars

Rows = list[dict[str, float]]

#: Whose weights the demo tests and draws.
PRETRAINING = Cell('pretrain', pretrain_seed=0)


@dataclass
class Comparison:
    """Arms over label subsets, and one training of either arm in detail.

    Args:
        answer: What pre-training does, in a sentence.
        columns: Of the table.
        rows: Cells of the table, as written.
        notes: Under the table.
        figure: PNG of accuracy against labels.
        num_labels: Labelled clips of the smallest fraction.
        top1: Arm -> mean top-1 in percent with so many labels.
        num_subsets: Label subsets of each fraction.
        curves: Arm -> what its training has logged, with so many labels of
            the first subset.
        pairs: (n, 2) true and guessed classes of the test clips, by the
            pre-trained model of that subset.
        pretrain_rows: What pre-training has logged.
    """

    answer: str
    columns: list[str]
    rows: list[list[str]]
    notes: list[str]
    figure: bytes
    num_labels: int
    top1: dict[str, float]
    num_subsets: int
    curves: dict[str, Rows]
    pairs: np.ndarray
    pretrain_rows: Rows


def read_comparison(path: Path) -> Comparison:
    """Read the folder of a run that is complete.

    Args:
        path: The ``--out`` of the run.
    """
    folder = Folder(path)
    results = json.loads((path / 'results.json').read_text())
    few = min(results, key=lambda row: row['num_labels'])
    of_few = [r for r in results if r['fraction'] == few['fraction']]
    arms = dict(
        pretrained=Cell('pretrained', few['fraction'], 0, 0),
        scratch=Cell('scratch', few['fraction'], 0),
    )
    guesses = folder.read(arms['pretrained'])['predicted']
    columns, rows, notes = read_table((path / 'table.md').read_text('utf-8'))
    return Comparison(
        answer=(path / 'answer.txt').read_text('utf-8').strip(),
        columns=columns,
        rows=rows,
        notes=notes,
        figure=(path / 'figure.png').read_bytes(),
        num_labels=few['num_labels'],
        top1={
            arm: 100 * mean(r['top1'] for r in of_few if r['arm'] == arm)
            for arm in sorted({r['arm'] for r in of_few})
        },
        num_subsets=len({row['seed'] for row in results}),
        curves={
            arm: read_scalars(folder.work_dir(cell))
            for arm, cell in arms.items()
        },
        pairs=np.array([folder.test_labels(), guesses]).T,
        pretrain_rows=read_scalars(folder.work_dir(PRETRAINING)),
    )


def read_table(text: str) -> tuple[list[str], list[list[str]], list[str]]:
    """Columns, rows and notes of the only table of a Markdown text."""
    lines = text.splitlines()
    columns, _, *rows = [
        [cell.strip() for cell in line.strip('|').split('|')]
        for line in lines
        if line.startswith('|')
    ]
    return columns, rows, [li[2:] for li in lines if li.startswith('- ')]
