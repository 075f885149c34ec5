"""The decoder: shapes in time, re-mask, nobody there."""

import pytest
import torch

from skeletonmae_plugin.models import SkeletonMAEDecoder


@pytest.mark.parametrize('conv', ['gin', 'gcn', 'gat', 'mlp'])
@pytest.mark.parametrize(
    'stride, steps, frames', [(1, 8, 8), (4, 2, 8), (4, 4, 14), (1, 2, 2)]
)
def test_gives_the_frames_back(conv, stride, steps, frames):
    decoder = SkeletonMAEDecoder(2, conv=conv, time_stride=stride)
    latent = torch.randn(2, 1, 64, steps, 17)
    valid = torch.ones(2, 1, frames, 17, dtype=torch.bool)
    assert decoder(latent, ~valid, valid).shape == (2, 1, frames, 17, 2)


def test_each_latent_step_decodes_its_own_frames():
    decoder = SkeletonMAEDecoder(2, time_stride=4)
    latent = torch.randn(1, 1, 64, 3, 17)
    valid = torch.ones(1, 1, 12, 17, dtype=torch.bool)
    changed = latent.clone()
    changed[:, :, :, 1] += 1
    before, after = decoder(latent, None, valid), decoder(changed, None, valid)
    moved = (before != after).flatten(3).any(-1)[0, 0]
    assert moved.nonzero()[:, 0].tolist() == [4, 5, 6, 7]


def test_remask_hides_the_latent_of_hidden_joints(clips):
    latent = torch.randn(2, 2, 64, 8, 17)
    changed = torch.where(clips['mask'].unsqueeze(2), latent + 1, latent)
    remask = SkeletonMAEDecoder(2, remask=True)
    keep = SkeletonMAEDecoder(2, remask=False)
    flags = clips['mask'], clips['valid']
    torch.testing.assert_close(remask(changed, *flags), remask(latent, *flags))
    assert not torch.allclose(keep(changed, *flags), keep(latent, *flags))


def test_absent_person_is_zero(clips):
    decoder = SkeletonMAEDecoder(2)
    pred = decoder(torch.randn(2, 2, 64, 8, 17), clips['mask'], clips['valid'])
    assert (pred[1, 1] == 0).all() and (pred[0] != 0).any()


def test_length_without_flags_is_the_strides():
    decoder = SkeletonMAEDecoder(2, time_stride=4)
    latent = torch.randn(1, 1, 64, 4, 17)
    assert decoder(latent).shape == (1, 1, 16, 17, 2)
    mask = torch.zeros(1, 1, 14, 17, dtype=torch.bool)
    assert decoder(latent, mask).shape == (1, 1, 14, 17, 2)


def test_stride_that_is_too_large_is_refused(clips):
    decoder = SkeletonMAEDecoder(2, time_stride=4)
    with pytest.raises(ValueError, match='time_stride=4 makes 32 frames'):
        decoder(torch.randn(2, 2, 64, 8, 17), clips['mask'], clips['valid'])


def test_mask_must_be_bool(clips):
    with pytest.raises(TypeError, match='float32'):
        SkeletonMAEDecoder(2)(
            torch.randn(2, 2, 64, 8, 17), clips['mask'].float()
        )


@pytest.mark.parametrize('remask', [True, False])
@pytest.mark.parametrize('conv', ['gin', 'gcn', 'gat', 'mlp'])
def test_training_decodes_hidden_joints_alone_and_alike(clips, conv, remask):
    decoder = SkeletonMAEDecoder(2, conv=conv, time_stride=2, remask=remask)
    latent = torch.randn(2, 2, 64, 4, 17)
    mask, valid = clips['mask'].clone(), clips['valid']
    mask[0, 0, :4] = False  # two steps without a hidden joint
    pooled = (flags.unflatten(2, (4, 2)).any(3) for flags in (mask, valid))
    hidden = torch.logical_and(*pooled)
    hidden = hidden.repeat_interleave(2, 2)  # frames of the hidden steps
    results = []
    for training in (True, False):
        decoder.train(training)
        x = latent.clone().requires_grad_()
        pred = decoder(x, mask, valid)
        inputs = [x, *decoder.parameters()]
        loss = pred[hidden].square().sum()
        results.append((pred[hidden], *torch.autograd.grad(loss, inputs)))
        assert bool((pred[~hidden] == 0).all()) == training
    for ours, whole in zip(*results, strict=True):
        torch.testing.assert_close(ours, whole, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize('stride, steps, frames', [(4, 3, 9), (16, 7, 100)])
def test_each_hidden_frame_is_decoded_alone(stride, steps, frames):
    # A step is decoded into stride frames, not into the nearest T / T'.
    decoder = SkeletonMAEDecoder(2, time_stride=stride).train()
    latent = torch.randn(1, 1, 64, steps, 17)
    for frame in range(frames):
        mask = torch.zeros(1, 1, frames, 17, dtype=torch.bool)
        mask[:, :, frame, 3] = True
        assert decoder(latent, mask)[mask].all()


def test_frames_behind_the_last_step_are_not_decoded():
    decoder = SkeletonMAEDecoder(2, time_stride=4).train()
    mask = torch.zeros(1, 1, 9, 17, dtype=torch.bool)
    mask[:, :, 8, 3] = True
    pred = decoder(torch.randn(1, 1, 64, 2, 17), mask)
    assert pred.shape == (1, 1, 8, 17, 2) and not pred.any()


def test_training_with_nothing_hidden_gives_zeros_with_a_graph():
    decoder = SkeletonMAEDecoder(2)
    mask = torch.zeros(2, 1, 8, 17, dtype=torch.bool)
    pred = decoder(torch.randn(2, 1, 64, 8, 17), mask)
    pred.sum().backward()
    assert (pred == 0).all()
    assert all((p.grad == 0).all() for p in decoder.parameters())
