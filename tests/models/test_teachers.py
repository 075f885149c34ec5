"""Teachers are read whole, stay as they are, and are averaged."""

import pytest
import torch
from mmengine.config import Config

from skeletonmae_plugin.models import Teachers

ENCODER = dict(type='SkeletonMAE', embed_dims=16)


@pytest.fixture
def make_teacher(build, tmp_path):
    """Function that writes config and checkpoint of a trained recognizer."""

    def make(name, seed=0, num_classes=5, **encoder):
        model = dict(
            type='STRLRecognizer',
            backbone=dict(
                type='STRL', encoder={**ENCODER, **encoder}, clip_len=8
            ),
            cls_head=dict(
                type='GCNHead', num_classes=num_classes, in_channels=16
            ),
        )
        torch.manual_seed(seed)
        built = build(model)
        for module in built.modules():  # as if it had been trained
            if isinstance(module, torch.nn.BatchNorm1d):
                module.running_mean.normal_()
                module.running_var.uniform_(0.5, 2)
        config, weights = tmp_path / f'{name}.py', tmp_path / f'{name}.pth'
        Config(dict(model=model)).dump(config)
        torch.save(dict(state_dict=built.state_dict()), weights)
        return dict(config=str(config), checkpoint=str(weights)), built.eval()

    return make


def test_scores_are_those_of_the_teacher(make_teacher, clips):
    member, model = make_teacher('a')
    x, valid = clips['inputs'], clips['valid']
    scores = Teachers([member])(x, valid)
    expected = model(x, valid=valid, stage='head')
    torch.testing.assert_close(scores, expected.detach())
    assert not scores.requires_grad


def test_several_are_averaged_each_with_its_own_streams(make_teacher, clips):
    made = [
        make_teacher('a', streams=['bone']),
        make_teacher('b', seed=1, streams=['coordinate', 'velocity']),
    ]
    x, valid = clips['inputs'], clips['valid']
    scores = Teachers([member for member, _ in made])(x, valid)
    each = [model(x, valid=valid, stage='head') for _, model in made]
    assert not torch.allclose(*each)
    torch.testing.assert_close(scores, (each[0] + each[1]).detach() / 2)


def test_weights_of_the_pre_training_are_not_asked_for(make_teacher, clips):
    """The config of a fine-tuning names them; the checkpoint has all."""
    member, _ = make_teacher('a')
    cfg = Config.fromfile(member['config'])
    cfg.model.backbone.init_cfg = dict(
        type='Pretrained', checkpoint='<SKELETONMAE_CHECKPOINT>'
    )
    cfg.dump(member['config'])
    assert Teachers([member])(clips['inputs'], clips['valid']).isfinite().all()


def test_a_teacher_that_is_not_there_is_named(make_teacher, monkeypatch):
    member, _ = make_teacher('a')
    with pytest.raises(ValueError, match='set STRL_TEACHER=FILE.*a.py'):
        Teachers([{**member, 'checkpoint': '<STRL_TEACHER>'}]).load()
    monkeypatch.setenv('STRL_TEACHER', 'gone.pth')
    with pytest.raises(FileNotFoundError, match='of STRL_TEACHER.: no such'):
        Teachers([{**member, 'checkpoint': 'gone.pth'}]).load()
    with pytest.raises(FileNotFoundError, match='gone.py'):
        Teachers([{**member, 'config': 'gone.py'}]).load()


def test_weights_must_fit(make_teacher):
    ours, _ = make_teacher('a')
    theirs, _ = make_teacher('b', streams=['bone'])
    mixed = dict(config=ours['config'], checkpoint=theirs['checkpoint'])
    with pytest.raises(ValueError, match='embedding.linear.weight: shape'):
        Teachers([mixed]).load()


def test_teachers_of_other_classes_are_refused(make_teacher, clips):
    members = [
        make_teacher('a')[0],
        make_teacher('b', num_classes=4)[0],
    ]
    with pytest.raises(ValueError, match=r'same classes.*\[4, 5\]'):
        Teachers(members)(clips['inputs'], clips['valid'])


def test_what_is_no_teacher_is_refused(make_teacher):
    with pytest.raises(ValueError, match='a student needs a teacher'):
        Teachers([])
    with pytest.raises(ValueError, match=r"got \['ckpt', 'config'\]"):
        Teachers([dict(config='a.py', ckpt='a.pth')])
    member, _ = make_teacher('a')
    cfg = Config.fromfile(member['config'])
    cfg.model.type = 'RecognizerGCN'
    cfg.dump(member['config'])
    with pytest.raises(ValueError, match='STRLRecognizer.*RecognizerGCN'):
        Teachers([member]).load()
