"""What the demo found, as the content of its report."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import mmaction
import mmengine
import numpy as np
import torch

from ..cores import usable_cores
from ..layouts import LayoutLike, get_layout
from ..visualization import charts
from ..visualization.draw import draw_strip, reconstruction_rows
from ..visualization.report import clip_data
from ..visualization.skeleton_visualizer import error_text
from .comparison import Comparison
from .logs import curve
from .tables import caution, error_table, label_table


@dataclass
class DemoResults:
    """All that was measured in one run of the demo.

    Args:
        layout: Of the joints.
        classes: Their names.
        pretrain_test: What ReconstructionMetric gave of the test clips.
        comparison: Arms with few labels.
        clips: Name and reconstruction of some test clips.
        seconds: Of all.
        commands: As one would type them.
        configs: Name -> text.
    """

    layout: LayoutLike
    classes: Sequence[str]
    pretrain_test: Mapping[str, float]
    comparison: Comparison
    clips: list[tuple[str, dict[str, np.ndarray]]]
    seconds: float
    commands: Sequence[str]
    configs: Mapping[str, str]


def demo_content(results: DemoResults) -> dict[str, Any]:
    """The content of the report, see ``render_report``."""
    test, found = results.pretrain_test, results.comparison
    minutes, seconds = divmod(round(results.seconds), 60)
    few = f'{found.num_labels} labels in all'
    return dict(
        title='SkeletonMAE: what does pre-training buy?',
        summary='A skeleton network was pre-trained on made clips without '
        'labels, then trained with few, beside the same network from random '
        f'weights. {found.answer} {caution(found)}',
        tiles=[
            (
                f'{found.top1["pretrained"]:.1f} %',
                f'top-1, pre-trained, {few}',
            ),
            (f'{found.top1["scratch"]:.1f} %', f'top-1, from scratch, {few}'),
            (
                f'{test["masked_error"]:.2f}',
                'error of hidden joints; '
                f'interpolation {test["interpolation_error"]:.2f}',
            ),
            (
                f'{minutes} min {seconds} s',
                f'all in all, on {usable_cores()} CPU cores',
            ),
        ],
        tables=[label_table(found), error_table(test)],
        charts=_charts(results),
        skeleton=dict(
            layout=results.layout,
            clips=[
                clip_data(name, results.layout, arrays)
                for name, arrays in results.clips
            ],
            note='Test clips. Hollow joints were hidden; grey is the truth.',
        ),
        pictures=[
            dict(title=name, figure=picture(results.layout, name, a))
            for name, a in results.clips[:3]
        ],
        environment=environment(),
        commands=results.commands,
        configs=results.configs,
    )


def picture(
    layout: LayoutLike, name: str, arrays: Mapping[str, np.ndarray]
) -> charts.Figure:
    """The strip of one reconstruction."""
    rows = reconstruction_rows(
        arrays['target'], arrays['mask'], arrays['valid'], arrays['pred']
    )
    return draw_strip(layout, rows, 6, name, error_text(dict(arrays)))


def environment() -> dict[str, str]:
    """Versions and machine."""
    return dict(
        python=platform.python_version(),
        torch=torch.__version__,
        mmengine=mmengine.__version__,
        mmaction2=mmaction.__version__,
        numpy=np.__version__,
        system=f'{platform.system()} {platform.machine()}, '
        f'{usable_cores()} CPU cores',
    )


def _charts(results: DemoResults) -> list[dict[str, Any]]:
    found = results.comparison
    which = f'{found.num_labels} labels, first subset'
    names = {
        'loss_reconstruction': 'reconstruction loss',
        'loss_agreement': 'agreement of views, loss',
    }
    return [
        *(
            dict(
                title=f'Pre-training: {name}',
                figure=charts.draw_curves(
                    {name: curve(found.pretrain_rows, key)}, 'update', 'loss'
                ),
            )
            for key, name in names.items()
        ),
        dict(
            title=f'Training with {which}: loss',
            figure=charts.draw_curves(
                {
                    arm: curve(rows, 'loss')
                    for arm, rows in found.curves.items()
                },
                'update',
                'loss',
            ),
            note='Of the training clips: a low one is no proof of anything.',
        ),
        dict(title='Masked error by part', figure=_part_chart(results)),
        dict(
            title='Confusion of the pre-trained model',
            figure=charts.draw_confusion(
                _confusion(found.pairs, len(results.classes)),
                results.classes,
            ),
            note=f'Test clips; {which}.',
        ),
    ]


def _part_chart(results: DemoResults) -> charts.Figure:
    test = results.pretrain_test
    parts = [
        part
        for part in get_layout(results.layout).parts
        if f'masked_error/{part}' in test
    ]
    names = {
        'model': 'masked_error',
        'interpolation': 'interpolation_error',
        'mean pose': 'mean_pose_error',
    }
    return charts.draw_bars(
        parts,
        {
            name: [test[f'{key}/{part}'] for part in parts]
            for name, key in names.items()
        },
        'error',
    )


def _confusion(pairs: np.ndarray, num_classes: int) -> np.ndarray:
    """(true, predicted) counts."""
    matrix = np.zeros((num_classes, num_classes), int)
    np.add.at(matrix, tuple(pairs.T), 1)
    return matrix
