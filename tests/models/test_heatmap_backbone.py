"""A 3D CNN that sees joints as heat maps."""

import pytest
import torch
from mmaction.models.heads import GCNHead, I3DHead

from skeletonmae_plugin.evaluation.features import pooled_features
from skeletonmae_plugin.layouts import get_layout
from skeletonmae_plugin.models import HeatmapBackbone, LateFusion
from skeletonmae_plugin.models.pretrained import load_pretrained

SLOWONLY = dict(
    type='mmaction.ResNet3dSlowOnly',
    depth=18,
    pretrained=None,
    base_channels=4,
    num_stages=2,
    out_indices=(1,),
    stage_blocks=(1, 1),
    inflate=(0, 1),
    spatial_strides=(2, 2),
    temporal_strides=(1, 2),
    dilations=(1, 1),
)


class Seen(torch.nn.Module):
    """What a backbone is given."""

    def forward(self, x):
        return x


def make(**changes):
    torch.manual_seed(0)
    return HeatmapBackbone(SLOWONLY, size=16, **changes).eval()


def test_shapes_and_gradients(clips):
    model = make()
    out = model(clips['inputs'], None, clips['valid'])
    assert out.shape == (2, 1, 8, 4, 1)
    assert model.backbone.in_channels == 17
    out.sum().backward()
    assert model.backbone.conv1.conv.weight.grad.any()


def test_gcn_head_pools_as_i3d_head_would(clips):
    maps = make().draw(clips['inputs'], clips['valid'])
    model = make()
    model.backbone = Seen()
    feats = model(clips['inputs'], None, clips['valid'])
    ours = GCNHead(num_classes=5, in_channels=17).eval()
    theirs = I3DHead(num_classes=5, in_channels=17).eval()
    theirs.fc_cls.load_state_dict(ours.fc.state_dict())
    torch.testing.assert_close(ours(feats), theirs(maps))


@pytest.mark.parametrize('where', ['mask', 'valid'])
def test_what_is_not_seen_has_no_influence(clips, where):
    x, flags = torch.randn_like(clips['inputs']), clips[where]
    unseen = flags if where == 'mask' else ~flags
    moved = torch.where(unseen[..., None], x + 0.5, x)
    model = make()
    assert torch.equal(
        model(x, **{where: flags}), model(moved, **{where: flags})
    )
    assert not torch.equal(model(x), model(moved))


def test_a_map_has_its_peak_at_the_joint():
    x = torch.zeros(1, 1, 1, 17, 2)
    x[..., 3, :] = torch.tensor([1.0, -0.5])
    model = HeatmapBackbone(SLOWONLY, size=40, extent=2.0)
    maps = model.draw(x)
    assert maps.shape == (1, 17, 1, 40, 40)
    row, column = divmod(int(maps[0, 3, 0].argmax()), 40)
    # The box is 4 wide, a pixel 0.1: x from -2 to the right, y downwards.
    assert column in (29, 30) and row in (14, 15)


def test_absent_persons_and_empty_clips(clips):
    x, valid = clips['inputs'], clips['valid']
    model = make()
    alone = model(x[1:, :1], None, valid[1:, :1])
    torch.testing.assert_close(model(x, None, valid)[1:], alone)
    nothing = model.draw(x, torch.zeros_like(valid))
    assert not nothing.any()


def test_without_valid_a_person_of_zeros_is_absent(clips):
    """MMAction2's own pre-processor pads so, and tells nobody."""
    x = clips['inputs'][1:]
    assert not x[:, 1].any()
    model = make()
    torch.testing.assert_close(model(x), model(x[:, :1]))
    mask = clips['mask'][1:]
    torch.testing.assert_close(model(x, mask), model(x[:, :1], mask[:, :1]))


def test_features_are_those_that_the_head_sees(clips):
    x, valid = clips['inputs'], clips['valid']
    model = HeatmapBackbone(SLOWONLY, size=40).eval()
    feats = model(x, valid=valid)
    assert feats.shape[-1] not in (1, 17)  # places, not joints
    expected = feats.mean((1, 3, 4))
    torch.testing.assert_close(pooled_features(model, x, valid), expected)
    heat = dict(type='mmaction.HeatmapBackbone', backbone=SLOWONLY, size=40)
    pair = LateFusion(dict(a=heat, b=heat)).eval()
    for branch in pair.branches.values():
        branch.load_state_dict(model.state_dict())
    torch.testing.assert_close(
        pooled_features(pair, x, valid), torch.cat([expected] * 2, 1)
    )


def test_some_frames_and_two_of_three_coordinates():
    x = torch.randn(2, 1, 8, 17, 3)
    model = make(in_channels=3, frame_stride=4)
    whole = make(in_channels=3).draw(x)
    assert torch.equal(model.draw(x), whole[:, :, 1::4])
    other = x.clone()
    other[..., 2] += 1
    assert torch.equal(model(other), model(x))


def test_weights_arrive_or_it_stops(clips, tmp_path):
    source, path = make(), tmp_path / 'weights.pth'
    state = {f'backbone.{k}': v + 1 for k, v in source.state_dict().items()}
    torch.save(dict(state_dict=state), path)
    init = dict(type='Pretrained', checkpoint=str(path), prefix='backbone.')
    model = make(init_cfg=init)
    model.init_weights()
    for name, tensor in model.state_dict().items():
        assert torch.equal(tensor, state[f'backbone.{name}']), name
    wider = HeatmapBackbone({**SLOWONLY, 'base_channels': 8}, init_cfg=init)
    with pytest.raises(ValueError, match='does not fit HeatmapBackbone'):
        wider.init_weights()


def test_maps_of_other_joints_are_told(tmp_path):
    source = make(layout='jhmdb15', in_channels=2)
    checkpoint = dict(
        state_dict={
            f'backbone.{k}': v for k, v in source.state_dict().items()
        },
        meta=dict(dataset_meta=dict(joints=get_layout('jhmdb15').joints)),
    )
    torch.save(checkpoint, tmp_path / 'weights.pth')
    init = dict(
        type='Pretrained',
        checkpoint=str(tmp_path / 'weights.pth'),
        prefix='backbone.',
    )
    make(layout='jhmdb15', init_cfg=init).init_weights()
    other = make(layout='sbu15', init_cfg=init)
    with pytest.raises(
        ValueError, match=r"conv1\.conv\.weight: joint 0 is 'neck' in the file"
    ) as error:
        other.init_weights()
    # Of the later ones each takes what the first has made of the joints.
    assert str(error.value).count('joint 0') == 1
    # Within a model of two, too.
    pair = torch.nn.ModuleDict(dict(maps=make(layout='sbu15')))
    state = {f'maps.{k}': v for k, v in source.state_dict().items()}
    torch.save({**checkpoint, 'state_dict': state}, tmp_path / 'pair.pth')
    with pytest.raises(ValueError, match='maps.backbone.conv1.*joint 0'):
        load_pretrained(pair, str(tmp_path / 'pair.pth'))


def test_errors_say_what_to_do(clips):
    with pytest.raises(ValueError, match='in_channels=17.*17 joints.*leave'):
        HeatmapBackbone({**SLOWONLY, 'in_channels': 17})
    with pytest.raises(ValueError, match='sigma must be above 0, got 0'):
        make(sigma=0)
    with pytest.raises(ValueError, match='frame_stride=4 .* 2 frames'):
        make(frame_stride=4)(clips['inputs'][:, :, :2])
    both = {**SLOWONLY, 'out_indices': (0, 1)}
    with pytest.raises(ValueError, match='one tensor .* one out_indices'):
        HeatmapBackbone(both)(clips['inputs'])
    with pytest.raises(ValueError, match='17 joints .* V=25'):
        make()(torch.zeros(1, 1, 4, 25, 2))
