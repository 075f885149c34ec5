"""Target generators: what they give, and what they refuse."""

import copy

import pytest
import torch

from skeletonmae_plugin.models import (
    CoordinateTarget,
    EMATarget,
    EmbeddingTarget,
    InputMaskedBackbone,
    MotionTarget,
    SkeletonMAE,
)


def test_coordinate_is_the_clip(clips):
    x, valid = clips['inputs'], clips['valid']
    target, defined = CoordinateTarget()(x, valid, None)
    assert target is x and defined is valid


@pytest.mark.parametrize('stride', [1, 3])
def test_motion_equals_a_loop(clips, stride):
    x, valid = clips['inputs'], clips['valid']
    target, defined = MotionTarget(stride)(x, valid, None)
    for t in range(8):
        if t + stride < 8:
            torch.testing.assert_close(
                target[:, :, t], x[:, :, t + stride] - x[:, :, t]
            )
            both = valid[:, :, t] & valid[:, :, t + stride]
            assert (defined[:, :, t] == both).all()
        else:
            assert not defined[:, :, t].any()


def test_motion_of_a_clip_shorter_than_the_stride(clips):
    with pytest.raises(ValueError, match='T=8 .* stride=9'):
        MotionTarget(9)(clips['inputs'], None, None)


@pytest.mark.parametrize('grad', [True, False])
def test_embedding_is_the_linear_map(clips, grad):
    model = SkeletonMAE(streams=('coordinate',))
    generator = EmbeddingTarget(target_grad=grad)
    generator.attach(model)
    target, _ = generator(clips['inputs'], clips['valid'], model)
    assert target.requires_grad == grad == generator.learns
    torch.testing.assert_close(target, model.embedding.linear(clips['inputs']))


def test_embedding_as_target_leaves_the_encoder_its_gradient(clips):
    model = SkeletonMAE(streams=('coordinate',))
    generator = EmbeddingTarget()
    # The encoder may be given the half-precision weights of the target.
    with torch.autocast('cpu', torch.bfloat16):
        generator(clips['inputs'], clips['valid'], model)
        model(clips['inputs'], None, clips['valid']).float().sum().backward()
    assert model.embedding.linear.weight.grad.abs().sum() > 0


def test_embedding_of_patches_is_defined_by_the_patch(clips):
    model = SkeletonMAE(patch_size=4)
    target, defined = EmbeddingTarget()(clips['inputs'], clips['valid'], model)
    assert target.shape == (2, 2, 2, 17, 64) and defined.shape == (2, 2, 2, 17)


def test_teacher_follows_slowly_and_only_in_training(clips):
    model = SkeletonMAE()
    generator = EMATarget(momentum=0.1)
    generator.attach(model)
    first = copy.deepcopy(model.state_dict())
    generator.train()
    generator(clips['inputs'], clips['valid'], model)  # copies the weights
    with torch.no_grad():
        model.embedding.linear.weight += 1
    generator(clips['inputs'], clips['valid'], model)
    weight = generator.teacher.module.embedding.linear.weight
    torch.testing.assert_close(weight, first['embedding.linear.weight'] + 0.1)
    generator.eval()
    generator(clips['inputs'], clips['valid'], model)
    torch.testing.assert_close(weight, first['embedding.linear.weight'] + 0.1)


def test_teacher_follows_after_a_move_to_another_device(clips):
    model = SkeletonMAE()
    generator = EMATarget(momentum=0.1)
    generator.attach(model)
    with torch.no_grad():
        model.embedding.linear.weight += 1
    # What ``to('cuda')`` does: other memory for weights, other buffers.
    generator._apply(torch.clone)
    generator.train()
    generator(clips['inputs'], clips['valid'], model)
    teacher = generator.teacher.module.state_dict()
    torch.testing.assert_close(teacher, model.state_dict())


def test_teacher_sees_the_whole_clip_and_has_no_gradient(clips):
    model = SkeletonMAE()
    generator = EMATarget()
    generator.attach(model)
    target, _ = generator.eval()(clips['inputs'], clips['valid'], model)
    latent = model.eval()(clips['inputs'], None, clips['valid'])
    expected = torch.nn.functional.layer_norm(
        latent.permute(0, 1, 3, 4, 2), (64,)
    )
    torch.testing.assert_close(target, expected)
    assert not target.requires_grad
    assert not any(p.requires_grad for p in generator.parameters())


def test_embedding_needs_a_backbone_that_embeds():
    stock = dict(
        type='mmaction.STGCN',
        in_channels=2,
        graph_cfg=dict(layout='coco', mode='spatial'),
    )
    with pytest.raises(ValueError, match='InputMaskedBackbone does not'):
        EmbeddingTarget().attach(InputMaskedBackbone(stock))


def test_motion_stride_is_checked():
    with pytest.raises(ValueError, match='at least 1'):
        MotionTarget(0)
