"""Weights of one body in the model of another."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from mmaction.registry import MODELS

from skeletonmae_plugin.label_efficiency import configs
from skeletonmae_plugin.label_efficiency.spec import Spec
from skeletonmae_plugin.label_efficiency.transfer import unfitting_tensors
from skeletonmae_plugin.layouts import get_layout

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'
KINECT = Spec('a', 'kinect20', 'x', 'y', '', 3, 4, clip_len=8)
COCO = Spec('b', 'coco', 'x', 'y', '', 2, 5, clip_len=16)


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in configs.variables(COCO, '-'):
        monkeypatch.setenv(name, '-')


@pytest.fixture
def weights(tmp_path):
    """Function that saves random weights of a pre-training."""

    def save(spec):
        cfg = configs.load_config(CONFIGS, 'pretrain', spec)
        model = MODELS.build(cfg.model)
        path = tmp_path / f'{spec.layout}_{spec.recipe}.pth'
        joints = get_layout(spec.layout).joints
        meta = dict(dataset_meta=dict(joints=joints))
        torch.save(dict(state_dict=model.state_dict(), meta=meta), path)
        return str(path), model.state_dict()

    return save


@pytest.mark.parametrize('known', [True, False])
@pytest.mark.parametrize('recipe', ['paper', 'default'])
def test_graph_layers_arrive_from_another_body(recipe, known, weights):
    source = replace(KINECT, recipe=recipe)
    spec = replace(COCO, recipe=recipe)
    path, given = weights(source)
    # The question of the source is written, or the user says so.
    more = dict(source=source.to_json()) if known else dict(other_joints=True)
    spec = replace(spec, **more)
    cfg = configs.load_config(CONFIGS, 'pretrained', spec, path)
    model = MODELS.build(cfg.model)
    fresh = {k: v.clone() for k, v in model.state_dict().items()}
    model.init_weights()
    state = model.state_dict()
    if recipe == 'paper':
        ours = 'backbone.layers.2.encoders.1.convs.1.mlp.0.weight'
        theirs = 'backbone.encoder.convs.1.mlp.0.weight'
    else:
        ours = theirs = 'backbone.layers.2.encoders.0.convs.0.mlp.0.weight'
    assert torch.equal(state[ours], given[theirs])
    assert not torch.equal(state[ours], fresh[ours])
    # Three coordinates do not fit two.
    first = 'backbone.embedding.linear.weight'
    assert state[first].shape != given[first].shape
    bias = 'backbone.embedding.linear.bias'
    assert torch.equal(state[bias], given[bias])


def test_what_fits_another_body_is_loaded_all_the_same(weights):
    jhmdb = replace(KINECT, layout='jhmdb15', in_channels=2)
    path, given = weights(jhmdb)
    spec = replace(jhmdb, layout='sbu15')
    model = _build(spec, path)
    # As many joints, so that shapes say nothing.
    with pytest.raises(
        ValueError, match=r"(?s)'neck' in the file.*--other-joints"
    ):
        model.init_weights()
    model = _build(replace(spec, other_joints=True), path)
    model.init_weights()
    state = model.state_dict()
    linear = 'backbone.embedding.linear.weight'
    assert torch.equal(state[linear], given[linear])
    joints = 'backbone.embedding.joint_embedding'
    assert state[joints].shape == given[joints].shape
    assert not torch.equal(state[joints], given[joints])


def _build(spec, path):
    cfg = configs.load_config(CONFIGS, 'pretrained', spec, path)
    return MODELS.build(cfg.model)


def test_the_same_body_must_fit_wholly(weights):
    path, _ = weights(replace(KINECT, recipe='paper'))
    spec = replace(COCO, recipe='paper')
    cfg = configs.load_config(CONFIGS, 'pretrained', spec, path)
    with pytest.raises(ValueError, match='embedding.linear.weight: shape'):
        MODELS.build(cfg.model).init_weights()


def test_only_what_differs_may_be_left_out():
    source = KINECT.to_json()
    assert unfitting_tensors(replace(KINECT, source=source)) == []
    flat = replace(KINECT, in_channels=2, source=source)
    assert unfitting_tensors(flat) == ['embedding.linear.weight']
    longer = replace(KINECT, clip_len=2 * KINECT.clip_len, source=source)
    assert unfitting_tensors(longer) == []


def test_other_joints_of_the_same_number_are_refused():
    source = replace(KINECT, layout='jhmdb15').to_json()
    spec = replace(KINECT, layout='sbu15', source=source)
    with pytest.raises(ValueError, match="'jhmdb15' and 'sbu15' have 15"):
        unfitting_tensors(spec)
    assert unfitting_tensors(replace(spec, recipe='paper'))
