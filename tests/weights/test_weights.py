"""Weights of generated motion, those that come with the package."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from torch.serialization import get_unsafe_globals_in_checkpoint

from skeletonmae_plugin import weights
from skeletonmae_plugin.layouts import get_layout
from skeletonmae_plugin.models.pretrained import load_pretrained
from skeletonmae_plugin.weights import GENERATED_MOTION, shipped_weights

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted(Path(weights.__file__).parent.glob('*.pth'))


@pytest.fixture
def build(monkeypatch):
    """The backbone of strl_finetune_any.py for a kind of clips."""

    def make(layout, dims, like=None, frames=32):
        monkeypatch.setenv('SKELETONS_LAYOUT', layout)
        monkeypatch.setenv('SKELETONS_IN_CHANNELS', str(dims))
        monkeypatch.setenv('SKELETONS_CLIP_LEN', str(frames))
        monkeypatch.setenv('SKELETONMAE_CHECKPOINT', GENERATED_MOTION)
        cfg = Config.fromfile(ROOT / 'configs' / 'strl_finetune_any.py')
        cfg.model.backbone.encoder.layout = like or layout
        return MODELS.build(cfg.model.backbone.to_dict())

    return make


@pytest.mark.parametrize('file', SHIPPED, ids=lambda file: file.stem)
def test_shipped_file_fills_the_default_recognizer(build, file):
    layout, dims = file.stem[:-1].rsplit('_', 1)
    model = build(layout, int(dims))
    model.init_weights()
    stored = torch.load(file, weights_only=True)
    state = model.state_dict()
    assert {f'backbone.{name}' for name in state} == set(stored['state_dict'])
    for name, tensor in state.items():
        given = stored['state_dict'][f'backbone.{name}']
        assert torch.equal(tensor, given.to(tensor.dtype)), name
        assert tensor.dtype in (torch.float32, torch.int64)
    joints = stored['meta']['dataset_meta']['joints']
    assert tuple(joints) == get_layout(layout).joints
    x = torch.randn(1, 1, 32, len(joints), int(dims))
    assert model.eval()(x).isfinite().all()
    # They have been trained: batch norms have counted.
    assert state['layers.0.temporal.norm.norm.num_batches_tracked'] > 1000
    assert get_unsafe_globals_in_checkpoint(file) == []
    assert file.stat().st_size < 256 * 1024


@pytest.mark.parametrize('frames', [4, 16, 48, 64, 100])
@pytest.mark.parametrize('layout, dims', [('coco', 2), ('kinect20', 3)])
def test_temporal_positions_are_interpolated(build, layout, dims, frames):
    model = build(layout, dims, frames=frames)
    model.init_weights()
    state = model.state_dict()
    file = shipped_weights(get_layout(layout), dims)
    stored = torch.load(file, weights_only=True)['state_dict']
    steps = len(state['layers.0.position'])
    # Middles of the patches, as parts of the clip.
    old, new = ((np.arange(n) + 0.5) / n for n in (8, steps))
    changed = 0
    for name, tensor in state.items():
        given = stored[f'backbone.{name}'].to(tensor.dtype)
        if not name.endswith('.position'):
            assert torch.equal(tensor, given), name
            continue
        changed += 1
        expected = [np.interp(new, old, row) for row in given.numpy().T]
        np.testing.assert_allclose(tensor.T, expected, atol=1e-5)
    assert changed == 3
    x = torch.randn(1, 1, frames, len(get_layout(layout).joints), dims)
    assert model.eval()(x).isfinite().all()


def test_networks_of_another_recipe_are_told(monkeypatch):
    monkeypatch.setenv('SKELETONMAE_CHECKPOINT', GENERATED_MOTION)
    cfg = Config.fromfile(ROOT / 'configs' / 'strl_finetune_any_paper.py')
    model = MODELS.build(cfg.model.backbone.to_dict())
    with pytest.raises(ValueError, match='(?s)does not fit.*_paper.py, needs'):
        model.init_weights()


def test_something_is_shipped():
    assert SHIPPED


def test_what_is_not_shipped_is_told_with_what_is():
    with pytest.raises(FileNotFoundError, match=f'for .*{SHIPPED[0].stem}'):
        shipped_weights(get_layout('openpose'), 4)


def test_a_layout_of_the_same_name_with_other_joints_is_refused(build):
    layout, dims = SHIPPED[0].stem[:-1].rsplit('_', 1)
    known = get_layout(layout)
    mine = replace(known, joints=(*known.joints[1:], known.joints[0]))
    model = build(layout, int(dims), mine)
    with pytest.raises(ValueError, match='joint 0 is'):
        model.init_weights()


def test_networks_without_joints_are_told():
    with pytest.raises(ValueError, match='is for STRL, got Linear'):
        load_pretrained(torch.nn.Linear(2, 2), GENERATED_MOTION)
