"""tools/export_onnx.py and tools/latency.py as a user runs them."""

import json
import re
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.registry import init_default_scope

ROOT = Path(__file__).resolve().parents[2]
CONFIG = str(ROOT / 'configs' / 'strl_scratch_toy.py')


@pytest.fixture
def checkpoint(made_data, monkeypatch, tmp_path):
    monkeypatch.setenv('TOY_2D', str(made_data('toy')))
    init_default_scope('mmaction')
    torch.manual_seed(0)
    model = MODELS.build(Config.fromfile(CONFIG).model)
    torch.save(dict(state_dict=model.state_dict()), tmp_path / 'a.pth')
    return str(tmp_path / 'a.pth')


@pytest.mark.slow
def test_export_and_the_example_of_the_page(
    load_tool, checkpoint, tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    load_tool('export_onnx').main(
        [CONFIG, checkpoint, '--out', 'strl.onnx', '--clips', '5']
        + ['--save-clips', 'clips.npz']
    )
    said = capsys.readouterr().out
    assert 'input  keypoint: ? x 2 x 32 x 17 x 2' in said
    assert 'output scores: ? x 12' in said and '8 test clips' in said
    page = (ROOT / 'docs' / 'export.md').read_text()
    (example,) = re.findall(r'```python\n(.*?)```', page, re.S)
    found = {}
    exec(example, found)
    clips = np.load('clips.npz')
    np.testing.assert_allclose(found['scores'], clips['scores'], atol=1e-6)
    one = {k: clips[k][:1] for k in ('keypoint', 'valid')}
    session = onnxruntime.InferenceSession('strl.onnx')
    np.testing.assert_allclose(
        session.run(None, one)[0], clips['scores'][:1], atol=1e-6
    )


@pytest.mark.slow
def test_latency(load_tool, checkpoint, tmp_path, capsys):
    file, page = tmp_path / 'a.json', tmp_path / 'a.md'
    load_tool('latency').main(
        [f'{CONFIG}:{checkpoint}', str(ROOT / 'configs' / 'stgcnpp_toy.py')]
        + ['--rounds', '2', '--calls', '2']
        + ['--json', str(file), '--markdown', str(page)]
    )
    content = json.loads(file.read_text())
    rows = {(row['model'], row['mode']): row for row in content['rows']}
    assert set(rows) == {
        ('strl_scratch_toy', 'eager'),
        ('strl_scratch_toy', 'fused'),
        ('strl_scratch_toy', 'onnx'),
        ('stgcnpp_toy', 'eager'),
        ('stgcnpp_toy', 'onnx'),
    }
    ratio = rows['stgcnpp_toy', 'eager']['times_first']
    assert ratio > 2 and content['machine'] and content['commit']
    assert page.read_text() in capsys.readouterr().out


def test_models_are_named_apart(load_tool):
    read = load_tool('latency').read_models
    assert read(['x/a.py', 'b.py:w/e.pth']) == dict(
        a=('x/a.py', None), b=('b.py', 'w/e.pth')
    )
    assert set(read(['a.py:1.pth', 'a.py:2.pth', 'b.py'])) == {
        'a.py:1.pth',
        'a.py:2.pth',
        'b',
    }


def test_a_model_that_is_named_twice_is_told(load_tool, capsys):
    with pytest.raises(SystemExit):
        load_tool('latency').parse_args(['a.py', 'b.py', 'a.py'])
    assert 'name each once' in capsys.readouterr().err


@pytest.mark.parametrize('tool', ['export_onnx', 'latency'])
def test_a_file_that_is_not_there_is_one_line(load_tool, tool, tmp_path):
    words = dict(
        export_onnx=['gone.py', 'gone.pth', '--out', str(tmp_path / 'x')],
        latency=['gone.py:gone.pth'],
    )
    with pytest.raises(SystemExit, match='error: gone.py: no such file'):
        load_tool(tool).main(words[tool])
