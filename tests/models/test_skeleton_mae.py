"""The encoder: leaks nothing, counts nobody who is not there."""

import pytest
import torch

from skeletonmae_plugin.models import SkeletonMAE

CONVS = ['gin', 'gcn', dict(type='gat', num_heads=4), 'mlp']


def other_coordinates(x: torch.Tensor, where: torch.Tensor) -> torch.Tensor:
    return torch.where(where.unsqueeze(-1), torch.randn_like(x) * 9, x)


@pytest.mark.parametrize(
    'options',
    [
        dict(),
        dict(conv='gcn', streams=('coordinate', 'velocity', 'bone')),
        dict(conv='gat', streams=('bone',), joint_embedding=False),
        dict(patch_size=4),
        dict(conv=dict(type='gin', num_heads=4, learnable_adjacency=True)),
    ],
    ids=str,
)
@pytest.mark.parametrize('training', [True, False])
def test_hidden_joints_do_not_leak(clips, options, training):
    model = SkeletonMAE(**options).train(training)
    x, mask, valid = clips['inputs'], clips['mask'], clips['valid']
    out = model(x, mask, valid)
    changed = other_coordinates(x, mask & valid)
    torch.testing.assert_close(model(changed, mask, valid), out)
    assert not torch.allclose(
        model(changed, None, valid), model(x, None, valid)
    )


@pytest.mark.parametrize('conv', CONVS, ids=str)
def test_invalid_joints_change_nothing(clips, conv):
    x, mask, valid = clips['inputs'], clips['mask'], clips['valid']
    model = SkeletonMAE(conv=conv)
    out = model(x, mask, valid)
    bad = torch.where(valid.unsqueeze(-1), x, torch.tensor(float('nan')))
    torch.testing.assert_close(model(bad, mask, valid), out)
    assert (out.permute(0, 1, 3, 4, 2)[~valid] == 0).all()


def test_absent_person_changes_neither_output_nor_statistics(clips):
    x = clips['inputs'][:, :1]
    valid = torch.ones_like(clips['valid'][:, :1])
    padded = torch.cat((x, torch.zeros_like(x)), 1)
    there = torch.cat((valid, torch.zeros_like(valid)), 1)
    model, twin = SkeletonMAE(), SkeletonMAE()
    twin.load_state_dict(model.state_dict())
    alone, beside = model(x, None, valid), twin(padded, None, there)
    torch.testing.assert_close(beside[:, :1], alone)
    assert (beside[:, 1] == 0).all()
    torch.testing.assert_close(twin.state_dict(), model.state_dict())


def test_without_valid_a_zero_person_is_absent(clips):
    x = clips['inputs'].clone()
    x[:, 1] = 0
    there = torch.ones_like(clips['valid'])
    there[:, 1] = False
    model = SkeletonMAE().eval()
    torch.testing.assert_close(model(x), model(x, None, there))


def test_nobody_there_gives_zeros_that_can_be_trained(clips):
    model = SkeletonMAE()
    out = model(clips['inputs'], None, torch.zeros_like(clips['valid']))
    assert (out == 0).all()
    out.sum().backward()


def test_swapped_persons_give_swapped_output(clips):
    model = SkeletonMAE().eval()
    flip = [clips[k].flip(1) for k in ('inputs', 'mask', 'valid')]
    out = model(clips['inputs'], clips['mask'], clips['valid'])
    torch.testing.assert_close(model(*flip), out.flip(1))


def test_joint_embedding_tells_hidden_twins_apart():
    # With all joints of a star hidden, its leaves have like neighbours.
    star = dict(
        joints='abcd', bones=((0, 1), (0, 2), (0, 3)), parts=dict(all=range(4))
    )
    x = torch.randn(1, 1, 2, 4, 2)
    mask = torch.tensor([False, True, True, True]).expand(1, 1, 2, 4)
    plain = SkeletonMAE(star, joint_embedding=False).eval()(x, mask)
    torch.testing.assert_close(plain[..., 1], plain[..., 2])
    told = SkeletonMAE(star).eval()(x, mask)
    assert not torch.allclose(told[..., 1], told[..., 2])


def test_encoder_weights_fit_any_joints():
    coco = SkeletonMAE('coco', joint_embedding=False)
    SkeletonMAE('openpose', joint_embedding=False).load_state_dict(
        coco.state_dict()
    )


def test_frozen_changes_nothing(clips):
    model = SkeletonMAE(frozen=True).train()
    before = {k: v.clone() for k, v in model.state_dict().items()}
    out = model(clips['inputs'], None, clips['valid'])
    assert not out.requires_grad
    torch.testing.assert_close(model.state_dict(), before)


@pytest.mark.parametrize(
    'change, error, message',
    [
        (dict(x=torch.zeros(1, 1, 8, 25, 2)), ValueError, '17 joints .* V=25'),
        (dict(x=torch.zeros(1, 1, 8, 17, 3)), ValueError, 'C=3; a score'),
        (dict(x=torch.zeros(8, 17, 2)), ValueError, 'N, M, T, V, C'),
        (dict(mask=False), TypeError, 'mask must be None or a bool tensor'),
        (dict(mask=torch.zeros(1, 1, 8, 17)), TypeError, 'float32'),
        (
            dict(valid=torch.ones(1, 8, 17).bool()),
            ValueError,
            'valid must have',
        ),
    ],
)
def test_bad_input_is_one_clear_error(change, error, message):
    x = torch.ones(1, 1, 8, 17, 2)
    with pytest.raises(error, match=message):
        SkeletonMAE()(**{'x': x, **change})


def test_patches_need_a_fitting_length():
    with pytest.raises(ValueError, match='divisible by patch_size'):
        SkeletonMAE(patch_size=3)(torch.ones(1, 1, 8, 17, 2))


def test_a_scaled_stream_is_the_stream_times_its_factor(clips):
    streams = ('coordinate', 'velocity')
    plain = SkeletonMAE(streams=streams, joint_embedding=False)
    scaled = SkeletonMAE(
        streams=streams, stream_scales=(1.0, 4.0), joint_embedding=False
    )
    weights = plain.state_dict()
    weights['embedding.linear.weight'] = torch.cat(
        [
            weights['embedding.linear.weight'][:, :2],
            weights['embedding.linear.weight'][:, 2:] / 4,
        ],
        1,
    )
    # Not a weight: a checkpoint of one fits the other.
    scaled.load_state_dict(weights)
    x, valid = clips['inputs'], clips['valid']
    torch.testing.assert_close(
        plain.eval()(x, None, valid), scaled.eval()(x, None, valid)
    )


def test_every_stream_has_its_scale():
    with pytest.raises(ValueError, match='a factor for each'):
        SkeletonMAE(streams=('coordinate', 'velocity'), stream_scales=(1.0,))
