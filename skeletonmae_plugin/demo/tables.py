"""Tables of the demo, for the terminal and for its report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .comparison import Comparison

Table = dict[str, Any]

#: Columns that a terminal has room for: the others are in the report.
_SHORT = ('labels', 'arm', 'top-1 %', 'minus scratch (95 % interval)')


def caution(found: Comparison) -> str:
    """How far an answer of so few trainings reaches."""
    count = found.num_subsets
    subsets = 'One label subset' if count == 1 else f'{count} label subsets'
    return (
        f'{subsets} and one pre-training: of so few, the interval is rather '
        'too narrow than too wide.'
    )


def label_table(found: Comparison) -> Table:
    """All arms at all numbers of labels, with their figure."""
    notes = [
        *found.notes,
        f'{caution(found)} All trainings are shorter than those of the '
        'configs.',
    ]
    return dict(
        title='Recognition with few labels',
        png=found.figure,
        columns=found.columns,
        rows=found.rows,
        note='\n'.join(notes),
    )


def short_table(found: Comparison) -> Table:
    """The same with its most important columns alone."""
    places = [found.columns.index(name) for name in _SHORT]
    return dict(
        title='Recognition with few labels',
        columns=list(_SHORT),
        rows=[[row[place] for place in places] for row in found.rows],
    )


def error_table(test: Mapping[str, float]) -> Table:
    """Masked error beside its baselines.

    Args:
        test: What ReconstructionMetric gives.
    """
    names = {
        'masked_error': 'pre-trained model',
        'interpolation_error': 'interpolation from visible joints',
        'mean_pose_error': 'mean pose of each joint',
    }
    return dict(
        title='Hidden joints of test clips',
        columns=['guess by', 'error', 'relative to the model'],
        rows=[
            [name, test[key], test[key] / test['masked_error']]
            for key, name in names.items()
        ],
        note='Root mean square distance over hidden joints; 1 is the size of '
        "a body (its joints' mean distance to their centre). Below 1 on the "
        'right a baseline fills in better than the model, whatever the '
        'features of the model are worth.',
    )


def format_table(table: Mapping[str, Any]) -> str:
    """A table as plain text."""
    lines = [
        [f'{c:.3f}' if isinstance(c, float) else str(c) for c in row]
        for row in [table['columns'], *table['rows']]
    ]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    text = [
        '  '.join(
            [line[0].ljust(widths[0])]
            + [
                cell.rjust(width)
                for cell, width in zip(line[1:], widths[1:], strict=True)
            ]
        )
        for line in lines
    ]
    return '\n'.join([table['title'], *text])
