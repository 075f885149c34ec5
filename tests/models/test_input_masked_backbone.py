"""A stock backbone behind a mask."""

import pytest
import torch

from skeletonmae_plugin.models import InputMaskedBackbone

STGCN = dict(
    type='mmaction.STGCN',
    in_channels=2,
    graph_cfg=dict(layout='coco', mode='spatial'),
)


class Seen(torch.nn.Module):
    """What a backbone is given."""

    def forward(self, x):
        return x


def test_token_zero_and_coordinates_each_in_their_place(clips):
    model = InputMaskedBackbone(STGCN)
    model.backbone = Seen()
    model.mask_token.data = torch.tensor([5.0, 6.0])
    x, mask, valid = clips['inputs'], clips['mask'], clips['valid']
    out = model(x, mask, valid)
    assert (out[mask & valid] == torch.tensor([5.0, 6.0])).all()
    assert (out[~valid] == 0).all()
    torch.testing.assert_close(out[valid & ~mask], x[valid & ~mask])


def test_without_mask_it_is_the_backbone(clips):
    model = InputMaskedBackbone(STGCN).eval()
    x = clips['inputs']
    torch.testing.assert_close(model(x), model.backbone(x))


@pytest.mark.parametrize('masked', [True, False])
def test_no_parameter_is_idle(clips, masked):
    model = InputMaskedBackbone(STGCN).train()
    mask = clips['mask'] if masked else None
    model(clips['inputs'], mask, clips['valid']).sum().backward()
    idle = [n for n, p in model.named_parameters() if p.grad is None]
    assert not idle  # distributed training would wait for them


def test_a_hidden_joint_cannot_be_told(clips):
    torch.manual_seed(0)
    streams = ('coordinate', 'velocity', 'bone', 'centred')
    network = dict(STGCN, in_channels=8)
    model = InputMaskedBackbone(network, streams=streams).eval()
    x, mask, valid = clips['inputs'], clips['mask'], clips['valid']
    other = torch.where(mask.unsqueeze(-1), torch.randn_like(x), x)
    assert not torch.equal(other, x)
    torch.testing.assert_close(
        model(x, mask, valid), model(other, mask, valid)
    )


@pytest.mark.parametrize('told', [True, False])
def test_pooled_persons_are_those_who_are_there(told):
    torch.manual_seed(0)
    x = torch.randn(2, 3, 8, 17, 2)
    x[0, 1:] = 0
    x[1, 2:] = 0
    valid = torch.ones(2, 3, 8, 17, dtype=torch.bool)
    valid[0, 1:] = False
    valid[1, 2:] = False
    known = dict(valid=valid) if told else {}
    each = InputMaskedBackbone(STGCN).eval()
    pooled = InputMaskedBackbone(STGCN, pool_persons=True).eval()
    pooled.load_state_dict(each.state_dict())
    with torch.no_grad():
        found = pooled(x, **known).mean((1, 3, 4))
        alone = torch.stack(
            [
                each(x[i : i + 1, :n], valid=valid[i : i + 1, :n]).mean(
                    (0, 1, 3, 4)
                )
                for i, n in ((0, 1), (1, 2))
            ]
        )
    torch.testing.assert_close(found, alone)


@pytest.mark.parametrize(
    'network', [STGCN, dict(type='StockGCN', backbone=STGCN)]
)
def test_streams_must_fit_the_backbone(network):
    with pytest.raises(ValueError, match='2 streams .* 4 .* in_channels=2;'):
        InputMaskedBackbone(network, streams=('coordinate', 'bone'))


def test_joint_count_is_checked():
    with pytest.raises(ValueError, match='17 joints .* V=25'):
        InputMaskedBackbone(STGCN)(torch.zeros(1, 1, 4, 25, 2))
    with pytest.raises(ValueError, match='in_channels=2 .* C=3'):
        InputMaskedBackbone(STGCN)(torch.zeros(1, 1, 4, 17, 3))


@pytest.mark.parametrize('channels', [2, 3])
def test_what_the_network_takes_by_default_counts(channels):
    network = dict(STGCN)
    del network['in_channels']  # MMAction2 has 3 then
    graphless = dict(network, graph_cfg=dict(mode='spatial'))
    wrapped = dict(type='StockGCN', backbone=graphless)
    for cfg in (network, wrapped):
        if channels == 3:
            InputMaskedBackbone(cfg, in_channels=channels)
        else:
            with pytest.raises(ValueError, match='2 channels, .* in_channels'):
                InputMaskedBackbone(cfg, in_channels=channels)
