"""Pre-training as a whole."""

import pytest
import torch
from mmaction.structures import ActionDataSample

ENCODER = dict(type='SkeletonMAE')
STOCK = dict(graph_cfg=dict(layout='coco', mode='spatial'), in_channels=2)
PLUS = dict(gcn_adaptive='init', gcn_with_res=True, tcn_type='mstcn')
BACKBONES = {
    'SkeletonMAE': (ENCODER, dict()),
    'patches': (dict(ENCODER, patch_size=2), dict(time_stride=2)),
    'STRL': (
        dict(
            type='STRL',
            encoder=ENCODER,
            clip_len=8,
            strides=(1, 2, 2),
            pool_persons=False,
        ),
        dict(time_stride=4),
    ),
    'STGCN++': (
        dict(
            type='InputMaskedBackbone',
            backbone=dict(type='STGCN', **PLUS, **STOCK),
        ),
        dict(time_stride=4, in_channels=256),
    ),
    'AAGCN': (
        dict(type='InputMaskedBackbone', backbone=dict(type='AAGCN', **STOCK)),
        dict(time_stride=4, in_channels=256),
    ),
}


def pretrainer(backbone='SkeletonMAE', neck=None, **options):
    backbone, stride = BACKBONES[backbone]
    return dict(
        type='SkeletonMAEPretrainer',
        backbone=backbone,
        neck=dict(
            type='SkeletonMAEDecoder', out_channels=2, **stride, **(neck or {})
        ),
        **{'head': dict(type='ReconstructionHead'), **options},
    )


@pytest.mark.parametrize('backbone', BACKBONES)
def test_every_backbone_learns_one_batch_by_heart(build, clips, backbone):
    model = build(pretrainer(backbone))
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    losses = []
    for _ in range(12):
        loss = model(**clips, mode='loss')['loss_reconstruction']
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss))
    assert losses[-1] < 0.9 * losses[0]


@pytest.mark.parametrize('remask', [True, False])
@pytest.mark.parametrize('training', [True, False])
@pytest.mark.parametrize('backbone', BACKBONES)
def test_hidden_joints_do_not_leak(build, clips, backbone, remask, training):
    model = build(pretrainer(backbone, dict(remask=remask)))
    model.train(training)
    hidden = (clips['mask'] & clips['valid']).unsqueeze(-1)
    changed = dict(clips)
    changed['inputs'] = torch.where(hidden, torch.tensor(7.0), clips['inputs'])
    with torch.no_grad():
        before = model.reconstruct(**clips)
        after = model.reconstruct(**changed)
    torch.testing.assert_close(after.pred, before.pred)
    assert not torch.allclose(after.target, before.target)


def test_absent_person_and_unseen_joints_take_no_part(build, clips):
    model = build(pretrainer())
    loss = model(**clips, mode='loss')['loss_reconstruction']
    nan = torch.tensor(float('nan'))
    bad = dict(
        clips,
        inputs=torch.where(clips['valid'].unsqueeze(-1), clips['inputs'], nan),
    )
    torch.testing.assert_close(
        model(**bad, mode='loss')['loss_reconstruction'], loss
    )
    counted = model.reconstruct(**clips).mask
    torch.testing.assert_close(counted, clips['mask'] & clips['valid'])


@pytest.mark.parametrize(
    'target, out',
    [
        (dict(type='EmbeddingTarget'), 64),
        (dict(type='MotionTarget'), 2),
        (dict(type='EMATarget'), 64),
        (dict(type='CoordinateTarget'), 2),
    ],
)
@pytest.mark.parametrize(
    'loss', ['RCELoss', 'MaskedMSELoss', 'MaskedSmoothL1Loss']
)
def test_targets_and_losses_go_together(build, clips, target, out, loss):
    cfg = pretrainer(
        target=target,
        head=dict(type='ReconstructionHead', loss=dict(type=loss)),
    )
    cfg['neck']['out_channels'] = out
    losses = build(cfg)(**clips, mode='loss')
    losses['loss_reconstruction'].backward()
    assert losses['loss_reconstruction'].isfinite()


def test_literal_reading_collapses_and_stop_gradient_does_not(build, clips):
    """Paper.md, open point 1: the cosine to a constant direction."""

    def cosine_to_mean(target_grad):
        torch.manual_seed(0)
        cfg = pretrainer(
            target=dict(type='EmbeddingTarget', target_grad=target_grad),
            head=dict(type='ReconstructionHead', loss=dict(type='RCELoss')),
        )
        cfg['neck']['out_channels'] = 64
        model = build(cfg)
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
        for _ in range(60):
            loss = model(**clips, mode='loss')['loss_reconstruction']
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        target = model.reconstruct(**clips).target[clips['valid']]
        return float(torch.cosine_similarity(target, target.mean(0)).mean())

    assert cosine_to_mean(True) > cosine_to_mean(False) + 0.1


class CountingHead(torch.nn.Module):
    """A second head, as an agreement term will be."""

    def attach(self, target):
        self.target = [type(target).__name__]

    def loss(self, outputs):
        return dict(loss_latent=outputs.latent.square().mean())


def test_several_heads_add_their_losses(build, clips):
    from mmaction.registry import MODELS

    MODELS.register_module(module=CountingHead, force=True)
    model = build(
        pretrainer(
            head=[dict(type='ReconstructionHead'), dict(type='CountingHead')]
        )
    )
    losses = model(**clips, mode='loss')
    assert set(losses) == {'loss_reconstruction', 'loss_latent'}
    assert model.heads[1].target == ['CoordinateTarget']


def test_two_heads_of_a_kind_need_names(build, clips):
    twice = [dict(type='ReconstructionHead'), dict(type='ReconstructionHead')]
    with pytest.raises(ValueError, match='loss_reconstruction.*name'):
        build(pretrainer(head=twice))(**clips, mode='loss')
    twice[1]['name'] = 'square'
    losses = build(pretrainer(head=twice))(**clips, mode='loss')
    assert set(losses) == {'loss_reconstruction', 'loss_square'}


def test_predict_gives_the_first_clip_of_each_sample(build, clips):
    model = build(pretrainer()).eval()
    samples = [ActionDataSample()]  # the two clips are one sample's
    with torch.no_grad():
        out = model(**clips, mode='predict', data_samples=samples)
        expected = model.reconstruct(**clips)
    fields = out[0].reconstruction
    assert out[0] is samples[0]
    torch.testing.assert_close(fields['pred'], expected.pred[0])
    torch.testing.assert_close(fields['target'], clips['inputs'][0])
    assert (fields['mask'] == (clips['mask'] & clips['valid'])[0]).all()
    assert (fields['valid'] == clips['valid'][0]).all()


def test_what_makes_no_sense_is_refused(build, clips):
    smooth = pretrainer(target=dict(type='EmbeddingTarget', target_grad=True))
    with pytest.raises(ValueError, match='smallest when the embedding is 0'):
        build(smooth)
    with pytest.raises(ValueError, match='MaskSkeletonParts'):
        build(pretrainer())(clips['inputs'], mode='loss')
    with pytest.raises(ValueError, match='out_channels'):
        build(pretrainer(target=dict(type='EMATarget')))(**clips, mode='loss')
    with pytest.raises(ValueError, match='needs data_samples'):
        build(pretrainer())(**clips, mode='predict')
    with pytest.raises(ValueError, match="'loss', 'predict'"):
        build(pretrainer())(**clips, mode='train')


@pytest.mark.parametrize('name', ['STRL', 'STGCN++'])
def test_a_backbone_must_keep_persons(build, name):
    cfg = pretrainer(name)
    cfg['backbone'] = dict(cfg['backbone'], pool_persons=True)
    with pytest.raises(ValueError, match='pools persons.*pool_persons=False'):
        build(cfg)


@pytest.mark.parametrize('training', [True, False])
def test_where_nothing_is_hidden_every_joint_is_predicted(
    build, clips, training
):
    model = build(pretrainer(neck=dict(remask=True), hide=False))
    model.train(training)
    with torch.no_grad():
        found = model.reconstruct(**clips)
        nowhere = dict(clips, mask=torch.zeros_like(clips['mask']))
        same = model.reconstruct(**nowhere)
        latent = model.backbone(clips['inputs'], valid=clips['valid'])
    assert torch.equal(found.mask, clips['valid'])
    torch.testing.assert_close(found.latent, latent)
    torch.testing.assert_close(same.pred, found.pred)
    assert (found.pred[clips['valid']] != 0).any(-1).all()
    loss = model(**nowhere, mode='loss')['loss_reconstruction']
    assert loss > 0
