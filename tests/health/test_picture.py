"""The picture shows what is in the file, whatever it is called."""

import numpy as np
import pytest

from skeletonmae_plugin.health import draw_health
from skeletonmae_plugin.visualization.draw import figure_to_image


def panels(health):
    fig = draw_health(health)
    assert figure_to_image(fig).std() > 5
    return {ax.get_title(): ax for ax in fig.axes}, fig


def test_panels_hold_the_numbers(kit, file):
    data = kit.sound_data()
    for number in (2, 5):
        data['annotations'][number]['keypoint'][:, :, 3] = 0
    axes, _ = panels(kit.look(data, file))
    stairs = axes['lengths'].patches[0].get_data()
    assert stairs.values.sum() == 12
    lines = {
        line.get_label(): line.get_ydata()
        for line in axes['class balance'].lines
    }
    np.testing.assert_array_equal(lines['sub_train'], [3, 3, 3])
    np.testing.assert_array_equal(lines['sub_val'], [1, 1, 1])
    bars = [bar.get_width() for bar in axes['missing joints'].patches]
    assert len(bars) == 17 and np.flatnonzero(bars).tolist() == [3]
    assert [t.get_text() for t in axes['missing joints'].get_yticklabels()][
        3
    ] == 'left_ear'


def test_skeletons_are_spread_and_some_are_suspect(kit, file):
    data = kit.sound_data(24)
    for number in (3, 9):
        clip = data['annotations'][number]
        clip['keypoint'][:] = clip['keypoint'][:, :1]
    axes, _ = panels(kit.look(data, file))
    names = [title.split('\n') for title in axes if '\n' in title]
    assert [kind for _, kind in names].count('constant') == 2
    assert names[-2:] == [['c03', 'constant'], ['c09', 'constant']]
    assert len(names) == 8 and len({name for name, _ in names}) == 8
    for name, _ in names:
        assert axes[next(t for t in axes if t.startswith(name))].collections


def test_names_that_no_font_or_formula_has(kit, file):
    data = kit.sound_data()
    data['split'] = {
        '$\\frac{$': ['$\\frac{$'],
        '_hidden': ['\ud800\u202e\n'],
        '漢字' * 99: [],
    }
    names = {0: '$\\frac{$', 2: '\ud800\u202e\n'}
    for number, name in names.items():
        data['annotations'][number]['frame_dir'] = name
    axes, _ = panels(kit.look(data, file))
    shown = ''.join(axes)
    assert '$\\\\frac{$' in shown and '\\ud800' in shown and shown.isascii()


@pytest.mark.parametrize(
    'data', [[], [5, {}], dict(annotations=[dict(frame_dir='a')])]
)
def test_files_of_nothing(kit, file, data):
    axes, _ = panels(kit.look(data, file))
    assert 'lengths' in axes


def test_clips_that_are_broken_elsewhere(kit, file):
    """Scores that do not fit, and joints that are nowhere, are drawn too."""
    data = kit.sound_data()
    for clip in data['annotations']:
        clip['keypoint_score'] = np.ones(3)
        clip['keypoint'] = clip['keypoint'].astype(np.float64)
        clip['keypoint'][:, :, 0] = 1e300
        clip['keypoint'][:, :, 1] = np.nan
    axes, _ = panels(kit.look(data, file))
    assert sum('\nkeypoint_score' in title for title in axes) == 4
