"""Masked pre-training of stock backbones: configs, and what they share."""

from pathlib import Path

import pytest
import torch
from mmaction.registry import MODELS

ROOT = Path(__file__).resolve().parents[2]
FOLDER = 'stgcnpp_pretrain/configs'
NAMES = ('stgcnpp', 'stgcn', 'aagcn')
STOCK = dict(stgcnpp='STGCN', stgcn='STGCN', aagcn='AAGCN')


@pytest.fixture
def pretrainer(read):
    """Function that builds the pre-training of a network, not trained."""

    def build(name):
        torch.manual_seed(1)
        model = MODELS.build(read(f'{FOLDER}/{name}_pretrain_any.py').model)
        model.init_weights()
        return model

    return build


@pytest.mark.parametrize('name', NAMES)
@pytest.mark.parametrize('kind', ['pretrain', 'scratch'])
@pytest.mark.parametrize('which', ['any', 'nwucla'])
def test_trains_and_tests(read, train_step, name, kind, which):
    cfg = read(f'{FOLDER}/{name}_{kind}_{which}.py')
    model, losses, sample = train_step(cfg)
    network = model.backbone.backbone
    assert type(network).__name__ == STOCK[name]
    assert cfg.model.backbone.backbone.channels_last
    if kind == 'scratch':
        assert losses['loss_cls'].isfinite()
        assert sample.pred_score.shape == (10,)
    else:
        assert losses['loss_reconstruction'].isfinite()
        assert losses['loss_agreement'].isfinite()
        assert sample.reconstruction['pred'].shape == (1, 32, 20, 3)


def test_networks_are_those_of_mmaction2s_configs(pretrainer):
    networks = {name: pretrainer(name).backbone.backbone for name in NAMES}
    has = {
        name: {type(module).__name__ for module in network.modules()}
        for name, network in networks.items()
    }
    assert 'mstcn' in has['stgcnpp'] and 'mstcn' not in has['stgcn']
    assert not any('Attention' in kind for kind in has['aagcn'])
    assert networks['aagcn'].gcn[0].gcn.attention is False


@pytest.mark.parametrize('name', NAMES)
def test_frames_come_back(pretrainer, name):
    """A stock network gives every fourth frame, the decoder gives all."""
    model = pretrainer(name).eval()
    x = torch.randn(2, 1, 32, 20, 3)
    mask = torch.zeros(x.shape[:-1], dtype=torch.bool)
    mask[:, :, 8:16, :4] = True
    valid = torch.ones_like(mask)
    with torch.no_grad():
        outputs = model.reconstruct(x, mask, valid)
    assert outputs.latent.shape == (2, 1, 256, 8, 20)
    assert outputs.pred.shape == x.shape
    assert torch.equal(outputs.mask, mask)
    # What is hidden cannot be told from what is predicted.
    other = torch.where(mask.unsqueeze(-1), torch.randn_like(x), x)
    with torch.no_grad():
        again = model.reconstruct(other, mask, valid)
    torch.testing.assert_close(outputs.pred, again.pred)


@pytest.mark.parametrize('name', NAMES)
@pytest.mark.parametrize('which', ['any', 'nwucla'])
def test_pretrained_weights_arrive(
    read, pretrainer, monkeypatch, tmp_path, name, which
):
    source = pretrainer(name)
    path = tmp_path / 'weights.pth'
    torch.save(dict(state_dict=source.state_dict()), path)
    monkeypatch.setenv('SKELETONMAE_CHECKPOINT', str(path))
    model = MODELS.build(read(f'{FOLDER}/{name}_finetune_{which}.py').model)
    model.init_weights()
    weights = model.backbone.state_dict()
    expected = source.backbone.state_dict()
    assert weights.keys() == expected.keys()
    for key, tensor in expected.items():
        assert torch.equal(tensor, weights[key]), key


@pytest.mark.parametrize('name', NAMES)
def test_arms_differ_by_weights_and_how_the_head_begins(read, name):
    ours, theirs = (
        read(f'{FOLDER}/{name}_{kind}_any.py')
        for kind in ('finetune', 'scratch')
    )
    assert ours.model.backbone.pop('init_cfg') == ours.pop('init_cfg')
    assert ours.default_hooks.pop('probe_head') == dict(type='ProbeHeadHook')
    assert ours.to_dict() == theirs.to_dict()


@pytest.mark.parametrize('name', NAMES)
def test_data_and_schedule_are_those_of_our_recipe(read, name):
    for kind, own in (
        ('pretrain', 'skeletonmae_pretrain_any'),
        ('scratch', 'strl_scratch_any'),
    ):
        cfg = read(f'{FOLDER}/{name}_{kind}_any.py')
        ours = read(f'../configs/{own}.py')
        for key in (
            'train_dataloader',
            'test_dataloader',
            'train_cfg',
            'optim_wrapper',
            'param_scheduler',
            'default_hooks',
        ):
            assert cfg[key] == ours[key], key


@pytest.mark.parametrize('kind', ['pretrain', 'scratch'])
def test_a_set_is_a_word(kind):
    folder = ROOT / 'projects' / FOLDER / '_base_'
    pattern = (folder / f'{kind}_any.py').read_text()
    text = (folder / f'{kind}_nwucla.py').read_text()
    assert text == pattern.replace('_any.py', '_nwucla.py')


@pytest.mark.slow
def test_runs_through_mim(made_data, train_with_mim):
    data = dict(NWUCLA_3D=made_data('nwucla'))
    config = f'projects/{FOLDER}/stgcnpp_{{}}_nwucla.py'
    first = train_with_mim(config.format('pretrain'), **data)
    assert train_with_mim(
        config.format('finetune'), **data, SKELETONMAE_CHECKPOINT=first
    ).exists()
