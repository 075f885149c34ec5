"""Features of joints in the place of coordinates."""

import pytest
import torch

from skeletonmae_plugin.models import StemmedBackbone
from skeletonmae_plugin.models.pooling import pool_latent

STEM = dict(type='SkeletonMAE', embed_dims=8, num_layers=1)
STOCK = dict(
    type='StockGCN',
    backbone=dict(
        type='STGCN',
        in_channels=8,
        base_channels=8,
        num_stages=2,
        inflate_stages=[],
        down_stages=[2],
        graph_cfg=dict(mode='spatial'),
    ),
)


def test_it_is_one_after_the_other(clips):
    model = StemmedBackbone(STEM, STOCK).eval()
    x, valid = clips['inputs'], clips['valid']
    h = model.stem(x, None, valid)  # (N, M, D, T, V)
    found = model(x, None, valid)
    for n in range(len(x)):
        joints = torch.stack([h[n, :, d] for d in range(8)], -1)
        torch.testing.assert_close(
            found[n : n + 1], model.backbone(joints[None])
        )


def test_what_is_not_there_is_not_seen(clips):
    model = StemmedBackbone(STEM, STOCK).eval()
    x, valid = clips['inputs'], clips['valid']
    other = torch.where(valid.unsqueeze(-1), x, torch.randn_like(x))
    torch.testing.assert_close(
        model(x, None, valid), model(other, None, valid)
    )


def test_frozen_is_the_stem_alone():
    model = StemmedBackbone(STEM, STOCK, frozen_stem=True).train()
    assert not any(p.requires_grad for p in model.stem.parameters())
    assert all(p.requires_grad for p in model.backbone.parameters())
    assert not any(module.training for module in model.stem.modules())
    assert model.backbone.training


def test_channels_must_fit():
    wide = dict(STEM, embed_dims=16)
    with pytest.raises(ValueError, match='embed_dims=16 .* in_channels=8'):
        StemmedBackbone(wide, STOCK)
    with pytest.raises(ValueError, match='in_channels=8'):
        StemmedBackbone(wide, STOCK['backbone'])


def test_persons_must_not_be_pooled():
    stem = dict(type='STRL', encoder=STEM, clip_len=8)
    with pytest.raises(ValueError, match='pool_persons=False'):
        StemmedBackbone(stem, STOCK)


def test_persons_are_pooled_once():
    stock = dict(STOCK['backbone'], graph_cfg=dict(layout='coco'))
    pools = dict(
        type='InputMaskedBackbone',
        in_channels=8,
        backbone=stock,
        pool_persons=True,
    )
    StemmedBackbone(STEM, pools)
    with pytest.raises(ValueError, match='pools persons already'):
        StemmedBackbone(STEM, pools, pool_persons=True)


def test_the_stem_is_our_encoder():
    stem = dict(type='InputMaskedBackbone', in_channels=8, backbone=STOCK)
    with pytest.raises(ValueError, match='must be .*, got InputMasked'):
        StemmedBackbone(stem, STOCK)


def test_pooled_for_a_plain_mean_absent_persons_do_not_count(clips):
    """GCNHead's mean is that of what exists."""
    model = StemmedBackbone(STEM, STOCK, pool_persons=True).eval()
    x, valid = clips['inputs'], clips['valid']
    found = model(x, None, valid)
    assert found.shape[1] == 1
    model.pool_persons = False
    latent = model(x, None, valid)
    torch.testing.assert_close(
        found.mean((1, 3, 4)), pool_latent(latent, valid)
    )
    assert not torch.allclose(latent.mean((1, 3, 4)), found.mean((1, 3, 4)))
