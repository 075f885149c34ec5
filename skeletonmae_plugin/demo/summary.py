"""What the demo found: scores, a verdict, and the content of its report."""

from __future__ import annotations

import os
import pickle
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mmaction
import mmengine
import numpy as np
import torch

from ..layouts import LayoutLike, get_layout
from ..visualization import charts
from ..visualization.draw import draw_strip, reconstruction_rows
from ..visualization.report import clip_data
from ..visualization.skeleton_visualizer import error_text
from .logs import curve

Rows = list[dict[str, float]]


@dataclass
class Arm:
    """One way of training a recogniser, over one or more seeds.

    Args:
        name: Its name in the tables.
        tests: Results of the test, one dict a seed.
        rows: What the first seed's training has logged.
        seconds: Duration of each training.
        pairs: (n, 2) true and predicted labels of the first seed's test.
    """

    name: str
    tests: list[dict[str, float]]
    rows: Rows
    seconds: list[float]
    pairs: np.ndarray

    def percent(self, key: str) -> np.ndarray:
        """(seeds,) results in percent."""
        return 100 * np.array([test[key] for test in self.tests])


@dataclass
class DemoResults:
    """All that was measured in one run of the demo."""

    layout: LayoutLike
    classes: Sequence[str]
    labels_per_class: int
    pretrain_test: Mapping[str, float]
    pretrain_rows: Rows
    pretrained: Arm
    scratch: Arm
    clips: list[tuple[str, dict[str, np.ndarray]]]
    seconds: float
    commands: Sequence[str]
    configs: Mapping[str, str]


def read_pairs(dump: Path) -> np.ndarray:
    """(n, 2) true and predicted labels from ``test.py --dump``.

    Only for a file that one has just written oneself: it is a pickle.
    """
    with open(dump, 'rb') as file:
        samples = pickle.load(file)
    return np.array(
        [
            [int(sample['gt_label'][0]), int(sample['pred_label'][0])]
            for sample in samples
        ]
    )


def verdict(pretrained: Arm, scratch: Arm) -> str:
    """Whether pre-training helped, as far as this run can tell.

    The standard error is that of a share over the test clips and seeds, so a
    run with few clips or seeds seldom gives a clear answer.
    """
    a, b = pretrained.percent('acc/top1'), scratch.percent('acc/top1')
    gain = a.mean() - b.mean()
    trials = len(pretrained.pairs) * len(a)
    error = np.sqrt(sum(p * (100 - p) for p in (a.mean(), b.mean())) / trials)
    chance = f'(chance alone: about ±{2 * error:.1f})'
    if abs(gain) <= 2 * error:
        return (
            f'No clear difference: top-1 of the pre-trained model is '
            f'{gain:+.1f} points from that trained from scratch {chance}.'
        )
    word = 'helped' if gain > 0 else 'did not help but hurt'
    return f'Pre-training {word}: {gain:+.1f} points of top-1 {chance}.'


def score_table(results: DemoResults) -> dict[str, Any]:
    """Columns and rows of the scores, for the terminal and the report."""
    labels = results.labels_per_class
    rows: list[list] = [
        [arm.name, labels]
        + [
            _mean_std(arm.percent(key))
            for key in ('acc/top1', 'acc/top5', 'acc/mean1')
        ]
        + [f'{np.mean(arm.seconds):.0f}']
        for arm in (results.pretrained, results.scratch)
    ]
    count = len(results.classes)
    rows.append(
        [
            'guessing',
            0,
            f'{100 / count:.1f}',
            f'{100 * min(5, count) / count:.1f}',
            f'{100 / count:.1f}',
            '',
        ]
    )
    return dict(
        title='Recognition with few labels',
        columns=[
            'model',
            'labels a class',
            'top-1 (%)',
            'top-5 (%)',
            'class mean (%)',
            'training (s)',
        ],
        rows=rows,
        note=f'Test on {len(results.pretrained.pairs)} clips of people and '
        f'views that training has not seen; {_seeds(results)}. Both arms have '
        'the same labelled clips, epochs and recipe; only the start of the '
        f'encoder differs. {verdict(results.pretrained, results.scratch)}',
    )


def error_table(results: DemoResults) -> dict[str, Any]:
    """Masked error beside its baselines."""
    test = results.pretrain_test
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
        "a body (its joints' mean distance to their centre). A model that "
        'does not beat both baselines has learned nothing of use.',
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


def demo_content(results: DemoResults) -> dict[str, Any]:
    """The content of the report, see ``render_report``."""
    test, arms = results.pretrain_test, (results.pretrained, results.scratch)
    top1 = [f'{arm.percent("acc/top1").mean():.1f} %' for arm in arms]
    minutes, seconds = divmod(round(results.seconds), 60)
    few = f'{results.labels_per_class} labels a class'
    return dict(
        title='SkeletonMAE: pre-train, fine-tune, test',
        summary='A skeleton encoder was pre-trained on made clips without '
        f'labels, then fine-tuned with {few}, beside the same model from '
        f'scratch. {verdict(*arms)}',
        tiles=[
            (top1[0], f'top-1, pre-trained, {few}'),
            (top1[1], f'top-1, from scratch, {few}'),
            (
                f'{test["masked_error"]:.2f}',
                'error of hidden joints; '
                f'interpolation {test["interpolation_error"]:.2f}',
            ),
            (
                f'{minutes} min {seconds} s',
                f'all in all, on {os.cpu_count()} CPU cores',
            ),
        ],
        tables=[score_table(results), error_table(results)],
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
        f'{os.cpu_count()} CPU cores',
    )


def _charts(results: DemoResults) -> list[dict[str, Any]]:
    rows, arms = results.pretrain_rows, (results.pretrained, results.scratch)
    return [
        dict(
            title='Pre-training: loss',
            figure=charts.draw_curves(
                dict(loss=curve(rows, 'loss')), 'iteration', 'loss'
            ),
        ),
        dict(title='Masked error by part', figure=_part_chart(results)),
        dict(
            title='Fine-tuning: accuracy on test clips',
            figure=charts.draw_curves(
                {
                    arm.name: [
                        (x, 100 * y) for x, y in curve(arm.rows, 'acc/top1')
                    ]
                    for arm in arms
                },
                'epoch',
                'top-1 (%)',
            ),
            note='First seed. Shown only: the last epoch counts.',
        ),
        dict(
            title='Confusion of the pre-trained model',
            figure=charts.draw_confusion(
                _confusion(results.pretrained.pairs, len(results.classes)),
                results.classes,
            ),
            note='First seed.',
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


def _mean_std(values: np.ndarray) -> str:
    spread = f' ± {values.std(ddof=1):.1f}' if len(values) > 1 else ''
    return f'{values.mean():.1f}{spread}'


def _seeds(results: DemoResults) -> str:
    count = len(results.scratch.tests)
    return 'one seed' if count == 1 else f'mean and std of {count} seeds'
