"""The script of the report fits its page and the pictures beside it."""

import json
import re
import shutil
import subprocess

import numpy as np
import pytest

from skeletonmae_plugin.visualization import draw, render_report
from skeletonmae_plugin.visualization.page import SCRIPT, STYLE
from skeletonmae_plugin.visualization.report import clip_data


def arrays(channels=2):
    x = np.random.default_rng(0).normal(size=(1, 3, 17, channels))
    seen = np.ones(x.shape[:-1], bool)
    return dict(target=x, pred=x, mask=~seen, valid=seen)


def page():
    clip = clip_data('a', 'coco', arrays())
    return render_report(
        dict(
            title='t',
            tiles=[('1', 'one')],
            skeleton=dict(layout='coco', clips=[clip]),
        )
    )


def test_script_finds_all_its_elements():
    asked = set(re.findall(r"""(?:\$|getElementById)\('(\w+)'\)""", SCRIPT))
    canvases = re.search(r'canvases = \[(.*?)\]', SCRIPT)[1]
    asked |= set(re.findall(r"'(\w+)'", canvases))
    there = set(re.findall(r'id="(\w+)"', page()))
    assert len(asked) == 8 and asked <= there


def test_script_reads_only_what_the_data_has():
    read = set(re.findall(r'\bclip\.(\w+)', SCRIPT)) - {'box'}  # its own
    assert read <= set(clip_data('a', 'coco', arrays()))


def test_every_class_has_a_style():
    for name in re.findall(r'class="(\w+)"', page()):
        assert f'.{name}' in STYLE


@pytest.mark.skipif(not shutil.which('node'), reason='needs node')
@pytest.mark.parametrize('channels', [2, 3])
@pytest.mark.parametrize('up', [(1, 1), (1, -1), (2, 1), (0, -1)])
def test_script_projects_as_the_pictures_do(up, channels):
    points = np.random.default_rng(0).normal(size=(5, channels))
    clip = dict(up=up, yaw=draw.YAW, tilt=draw.TILT)
    function = re.search(r'  function project.*?\n  }\n', SCRIPT, re.S)[0]
    code = (
        f'var turn = 0, clip = {json.dumps(clip)};\n{function}'
        f'console.log(JSON.stringify({points.tolist()}.map(project)))'
    )
    said = subprocess.run(
        ['node', '-e', code], check=True, capture_output=True, text=True
    )
    np.testing.assert_allclose(
        json.loads(said.stdout), draw.project(points, up), atol=1e-6
    )


@pytest.mark.skipif(not shutil.which('node'), reason='needs node')
def test_a_prediction_is_within_the_picture():
    clip = dict(
        x=[[[[0, 0], [1, 1]]]],
        pred=[[[[9, 9], [-3, 2]]]],
        mask=[[[0, 1]]],
        valid=[[[1, 1]]],
    )
    functions = ''.join(
        re.search(rf'  function {name}.*?\n  }}\n', SCRIPT, re.S)[0]
        for name in ('project', 'box')
    )
    code = (
        f'var turn = 0, clip = {json.dumps(clip)};\n{functions}'
        'console.log(JSON.stringify(box()))'
    )
    said = subprocess.run(
        ['node', '-e', code], check=True, capture_output=True, text=True
    )
    # The picture's axis points down; the first joint is not hidden.
    assert json.loads(said.stdout) == [-3, -2, 1, 0]
