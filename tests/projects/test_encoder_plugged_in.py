"""Our encoder inside stock models: configs, and what they share."""

import pytest
import torch
from mmaction.registry import MODELS

FOLDER = 'encoder_plugged_in/configs'
NAMES = (
    'stgcnpp_stem',
    'stgcnpp_branches',
    'aagcn_stem',
    'aagcn_branches',
)


@pytest.fixture
def weights(read, tmp_path):
    """Checkpoint of the pre-training, as the runner names its tensors."""
    cfg = read(f'{FOLDER}/stgcnpp_stem_pretrain_any.py')
    torch.manual_seed(1)
    model = MODELS.build(cfg.model)
    model.init_weights()
    path = tmp_path / 'weights.pth'
    torch.save(dict(state_dict=model.state_dict()), path)
    return path, model.backbone


@pytest.mark.parametrize('name', NAMES)
@pytest.mark.parametrize('which', ['any', 'nwucla'])
def test_scratch_trains_and_tests(read, train_step, name, which):
    cfg = read(f'{FOLDER}/{name}_scratch_{which}.py')
    _, losses, sample = train_step(cfg)
    assert losses['loss_cls'].isfinite()
    assert sample.pred_score.shape == (10,)


@pytest.mark.parametrize('name', NAMES)
def test_pretrained_weights_arrive(read, weights, monkeypatch, name):
    path, source = weights
    monkeypatch.setenv('SKELETONMAE_CHECKPOINT', str(path))
    cfg = read(f'{FOLDER}/{name}_finetune_any.py')
    model = MODELS.build(cfg.model)
    model.init_weights()
    plugged = (
        model.backbone.stem
        if name.endswith('stem')
        else model.backbone.branches['strl']
    )
    for key, tensor in source.state_dict().items():
        assert torch.equal(tensor, plugged.state_dict()[key]), key


@pytest.mark.parametrize('name', ['stgcnpp_branches', 'aagcn_branches'])
@pytest.mark.parametrize('which', ['any', 'nwucla'])
def test_absent_persons_do_not_thin_the_branches(read, name, which):
    cfg = read(f'{FOLDER}/{name}_scratch_{which}.py')
    backbone = MODELS.build(cfg.model.backbone).eval()
    alone = torch.randn(2, 1, 32, 20, 3)
    valid = torch.ones(2, 2, 32, 20, dtype=torch.bool)
    valid[:, 1] = False
    with torch.no_grad():
        expected = backbone(alone, None, valid[:, :1])
        joined = backbone(torch.cat((alone, alone * 0), 1), None, valid)
    torch.testing.assert_close(joined, expected)


@pytest.mark.parametrize('name', NAMES)
def test_arms_differ_by_weights(read, name):
    ours, theirs = (
        read(f'{FOLDER}/{name}_{kind}_any.py')
        for kind in ('finetune', 'scratch')
    )
    backbone = ours.model.backbone
    del (backbone.get('stem') or backbone.branches.strl)['init_cfg']
    for cfg in (ours, theirs):
        cfg.pop('init_cfg', None)
    assert ours.to_dict() == theirs.to_dict()


def test_frozen_stem_stays(read, weights, monkeypatch, train_step):
    monkeypatch.setenv('SKELETONMAE_CHECKPOINT', str(weights[0]))
    cfg = read(f'{FOLDER}/stgcnpp_stem_finetune_any.py')
    cfg.merge_from_dict({'model.backbone.frozen_stem': True})
    model, *_ = train_step(cfg)
    for key, tensor in weights[1].state_dict().items():
        assert torch.equal(tensor, model.backbone.stem.state_dict()[key]), key


@pytest.mark.slow
def test_runs_through_mim(made_data, train_with_mim):
    data = dict(NWUCLA_3D=made_data('nwucla'))
    first = train_with_mim('configs/skeletonmae_pretrain_nwucla.py', **data)
    config = f'projects/{FOLDER}/stgcnpp_stem_finetune_nwucla.py'
    assert train_with_mim(
        config, **data, SKELETONMAE_CHECKPOINT=first
    ).exists()
