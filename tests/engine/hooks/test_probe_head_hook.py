"""Fine-tuning begins with a linear probe."""

from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmengine.runner import Runner
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from skeletonmae_plugin.engine import ProbeHeadHook
from skeletonmae_plugin.engine.hooks import probe_head_hook
from skeletonmae_plugin.engine.hooks.probe_head_hook import fit_linear
from skeletonmae_plugin.engine.hooks.whole_body_norm_hook import backbone_norms
from skeletonmae_plugin.evaluation.features import extract_features

CONFIGS = Path(__file__).resolve().parents[3] / 'configs'


@pytest.mark.parametrize('C', [0.01, 0.1, 10.0])
def test_it_is_the_regression_of_scikit_learn(C):
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(4), 15)
    values = rng.normal(size=(60, 6)) * [1, 5, 0.1, 2, 1, 0] + labels[:, None]
    scaler = StandardScaler().fit(values)
    theirs = LogisticRegression(C=C, max_iter=5000, tol=1e-8)
    theirs.fit(scaler.transform(values), labels)
    weight, bias = fit_linear(
        torch.from_numpy(values), torch.from_numpy(labels), 4, C
    )
    scores = torch.from_numpy(values).float() @ weight.T + bias
    np.testing.assert_allclose(
        scores.softmax(1),
        theirs.predict_proba(scaler.transform(values)),
        atol=2e-3,
    )


def test_a_class_without_clips_is_the_last_to_be_guessed():
    values = torch.randn(12, 3)
    labels = torch.arange(12) % 3
    weight, bias = fit_linear(values, labels, 5, 0.1)
    scores = values @ weight.T + bias
    assert (scores.argmax(1) < 3).all() and scores.isfinite().all()


def test_a_feature_that_never_varies_is_no_division_by_zero():
    values = torch.cat((torch.randn(12, 3), torch.ones(12, 1)), 1)
    weight, bias = fit_linear(values, torch.arange(12) % 3, 3, 0.1)
    assert weight.isfinite().all() and bias.isfinite().all()


def make_runner(file, tmp_path, num_person=1, backbone=None):
    """A recognition of made data that has not begun."""
    init_default_scope('mmaction')
    cfg = Config.fromfile(
        CONFIGS / 'strl_scratch_toy.py', format_python_code=False
    )
    for part in ('train', 'val', 'test'):
        loader = cfg[f'{part}_dataloader']
        loader.dataset.ann_file = str(file)
        loader.dataset.num_person = num_person
        loader.update(num_workers=0, persistent_workers=False)
    cfg.visualizer.vis_backends = [dict(type='LocalVisBackend')]
    cfg.model.backbone = backbone or cfg.model.backbone
    cfg.work_dir = str(tmp_path)
    cfg.experiment_name = tmp_path.name
    return Runner.from_cfg(cfg)


@pytest.fixture
def runner(made_data, tmp_path):
    """Of the shipped model, which pools the persons itself."""
    return make_runner(made_data('toy'), tmp_path)


def test_the_model_begins_with_the_guesses_of_the_probe(runner):
    state = torch.get_rng_state(), np.random.get_state()[1].copy()
    hook = ProbeHeadHook(C=1.0)
    hook.before_train(runner)
    assert torch.equal(torch.get_rng_state(), state[0])
    np.testing.assert_array_equal(np.random.get_state()[1], state[1])
    loader = runner.build_dataloader(runner.cfg.test_dataloader)
    found = extract_features(runner.model, loader)
    fc = runner.model.cls_head.fc
    scores = torch.from_numpy(found.values) @ fc.weight.T + fc.bias
    runner.model.eval()
    with torch.no_grad():
        said = [
            int(sample.pred_score.argmax())
            for batch in loader
            for sample in runner.model.test_step(batch)
        ]
    assert scores.argmax(1).tolist() == said
    assert np.mean(np.array(said) == found.labels) > 2 / 12


def test_the_head_of_the_first_process_counts(runner, monkeypatch):
    monkeypatch.setattr(
        probe_head_hook, 'broadcast', lambda tensor: tensor.data.fill_(7.0)
    )
    ProbeHeadHook().before_train(runner)
    head = runner.model.cls_head.fc
    assert (head.weight == 7).all() and (head.bias == 7).all()


def test_the_probe_sees_what_the_head_sees(made_data, tmp_path):
    # GCNHead counts the second person, who is in no clip, as zeros.
    encoder = dict(type='SkeletonMAE', embed_dims=64)
    runner = make_runner(made_data('toy'), tmp_path, 2, encoder)
    ProbeHeadHook(C=1.0).before_train(runner)
    model, fc = runner.model.eval(), runner.model.cls_head.fc
    data = dict(runner.cfg.test_dataloader, batch_size=99)
    data['dataset'] = dict(data['dataset'], split='train')
    (batch,) = runner.build_dataloader(data)
    data = model.data_preprocessor(batch)
    assert not data['valid'][:, 1].any()
    with torch.no_grad():
        seen = model.backbone(data['inputs'], valid=data['valid'])
    seen = seen.mean((1, 3, 4))
    labels = [int(sample.gt_label) for sample in data['data_samples']]
    weight, bias = fit_linear(seen, torch.tensor(labels), len(fc.bias), 1.0)
    found, asked = seen @ fc.weight.T + fc.bias, seen @ weight.T + bias
    torch.testing.assert_close(found, asked, atol=1e-3, rtol=1e-3)


@pytest.mark.parametrize('seen', [False, True])
def test_norms_that_have_seen_no_clip_see_some_first(runner, seen):
    norms = backbone_norms(runner.model)
    for norm in norms:
        norm.num_batches_tracked += seen
    before = [norm.running_var.clone() for norm in norms]
    ProbeHeadHook().before_train(runner)
    assert norms
    for norm, var in zip(norms, before, strict=True):
        assert torch.equal(norm.running_var, var) == seen
        assert int(norm.num_batches_tracked) == (1 if seen else 32)


def test_the_features_of_a_random_part_may_be_left_out(runner):
    ProbeHeadHook(num_features=40).before_train(runner)
    fc = runner.model.cls_head.fc
    assert fc.weight[:, :40].all() and not fc.weight[:, 40:].any()


def test_a_resumed_training_keeps_its_head(runner):
    before = runner.model.cls_head.fc.weight.detach().clone()
    runner.train_loop._iter = 5
    ProbeHeadHook().before_train(runner)
    assert torch.equal(runner.model.cls_head.fc.weight, before)


def test_what_it_cannot_do_is_told(runner):
    with pytest.raises(ValueError, match='C must be above 0'):
        ProbeHeadHook(C=0)
    with pytest.raises(ValueError, match='nn.Linear at cls_head.nothing'):
        ProbeHeadHook('cls_head.nothing').before_train(runner)
    with pytest.raises(ValueError, match=r'in 1\.\.64, .* got 65'):
        ProbeHeadHook(num_features=65).before_train(runner)
    runner.cfg.test_dataloader = runner.cfg.val_dataloader = None
    with pytest.raises(ValueError, match='expects a test_dataloader'):
        ProbeHeadHook().before_train(runner)


def test_features_that_are_not_finite_make_no_head():
    values = torch.randn(6, 3)
    values[1, 1] = float('nan')
    with pytest.raises(ValueError, match='diverged'):
        fit_linear(values, torch.tensor([0, 1] * 3), 2, 0.1)
