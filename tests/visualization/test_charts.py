import numpy as np
import pytest

from skeletonmae_plugin.visualization import charts
from skeletonmae_plugin.visualization.draw import figure_to_image


def test_curves_hold_their_points():
    fig = charts.draw_curves(
        dict(a=[(1, 2.0), (2, 3.0)], b=[(1, 1.0, 0.5), (2, 2.0, 0.5)]),
        'x',
        'y',
        y_range=(0, 5),
    )
    (ax,) = fig.axes
    assert [line.get_ydata().tolist() for line in ax.lines] == [[2, 3], [1, 2]]
    assert len(ax.collections) == 1  # the band of b
    assert ax.get_ylim() == (0, 5)
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ['a', 'b']
    assert figure_to_image(fig).std() > 5


def test_bars_have_the_heights_and_do_not_overlap():
    fig = charts.draw_bars(
        ['head', 'left_arm'], dict(model=[1, 2], other=[3, 4]), 'error'
    )
    bars = fig.axes[0].patches
    assert [bar.get_height() for bar in bars] == [1, 2, 3, 4]
    spans = sorted(
        (bar.get_x(), bar.get_x() + bar.get_width()) for bar in bars
    )
    assert all(a[1] < b[0] for a, b in zip(spans, spans[1:], strict=False))


@pytest.mark.parametrize('count', [3, 60])
def test_confusion_of_few_and_many_classes(count):
    matrix = np.eye(count, dtype=int) * 7
    fig = charts.draw_confusion(matrix, [f'c{i}' for i in range(count)])
    ax = fig.axes[0]
    numbers = [text.get_text() for text in ax.texts]
    assert numbers == (['7'] * 3 if count == 3 else [])
    assert len(ax.get_xticks()) <= 40
