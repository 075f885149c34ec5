"""Batch norms that have seen whole bodies when pre-training ends."""

import copy
from types import SimpleNamespace

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.hooks import CheckpointHook, EMAHook
from mmengine.registry import init_default_scope
from mmengine.runner import IterBasedTrainLoop, get_priority

from skeletonmae_plugin.engine.hooks import (
    OnlineProbeHook,
    WholeBodyNormHook,
)
from skeletonmae_plugin.engine.hooks.whole_body_norm_hook import (
    backbone_norms,
    estimate_norms,
)


@pytest.fixture
def model():
    torch.manual_seed(0)
    init_default_scope('mmaction')
    return MODELS.build(
        dict(
            type='SkeletonMAEPretrainer',
            backbone=dict(
                type='STRL',
                encoder=dict(type='SkeletonMAE', num_layers=1),
                clip_len=8,
                num_layers=1,
                pool_persons=False,
            ),
            neck=dict(type='SkeletonMAEDecoder', out_channels=2),
            head=dict(type='ReconstructionHead'),
        )
    ).train()


def batch(hidden=0.5, seed=0, size=16):
    rng = torch.Generator().manual_seed(seed)
    shape = (size, 1, 8, 17)
    return dict(
        inputs=list(torch.randn(*shape, 2, generator=rng)[:, None]),
        mask=list((torch.rand(shape, generator=rng) < hidden)[:, None]),
        valid=list(torch.ones(shape, dtype=torch.bool)[:, None]),
    )


def first_norm(model):
    return next(
        m for m in model.backbone.modules() if hasattr(m, 'running_mean')
    )


def seen_by(model, data):
    """What the first norm is given when nothing is hidden."""
    caught = []
    parent = next(
        m
        for m in model.backbone.modules()
        if getattr(m, 'norm', None) is first_norm(model)
    )
    handle = parent.register_forward_hook(
        lambda module, args, output: caught.append(args[0])
    )
    inputs = torch.cat(data['inputs'])
    with torch.no_grad():
        model.backbone.eval()(inputs, None, torch.cat(data['valid']))
        model.train()
    handle.remove()
    return caught[0].flatten(0, -2)


def test_statistics_are_those_of_whole_bodies(model):
    data = batch()
    rows = seen_by(model, data)
    weights = copy.deepcopy(dict(model.named_parameters()))
    estimate_norms(model, backbone_norms(model), iter([data] * 120))
    norm = first_norm(model)
    torch.testing.assert_close(
        norm.running_mean, rows.mean(0), rtol=1e-3, atol=1e-3
    )
    torch.testing.assert_close(
        norm.running_var, rows.var(0), rtol=1e-2, atol=1e-3
    )
    for name, weight in model.named_parameters():
        assert torch.equal(weight, weights[name])
    assert all(module.training for module in model.modules())


def test_what_is_hidden_makes_no_difference(model):
    other = copy.deepcopy(model)
    estimate_norms(model, backbone_norms(model), iter([batch(0.1)] * 3))
    estimate_norms(
        other,
        backbone_norms(other),
        iter([dict(batch(0.1), mask=batch(0.9)['mask'])] * 3),
    )
    for ours, theirs in zip(
        model.state_dict().values(), other.state_dict().values(), strict=True
    ):
        assert torch.equal(ours, theirs)


def test_a_frozen_norm_stays(model):
    model.backbone.freeze(model.backbone.layers)
    model.train()
    before = copy.deepcopy(model.backbone.layers.state_dict())
    estimate_norms(model, backbone_norms(model), iter([batch()] * 2))
    for name, value in model.backbone.layers.state_dict().items():
        assert torch.equal(value, before[name])


def runner(model, epoch, loader):
    return SimpleNamespace(
        model=model,
        epoch=epoch,
        max_epochs=3,
        train_dataloader=loader,
        train_loop=None,
        hooks=[],
    )


@pytest.mark.parametrize(('epoch', 'moves'), [(0, False), (2, True)])
def test_only_the_last_epoch_counts(model, epoch, moves):
    before = first_norm(model).running_mean.clone()
    WholeBodyNormHook(5).after_train_epoch(runner(model, epoch, [batch()] * 2))
    assert torch.equal(before, first_norm(model).running_mean) != moves


def test_a_training_by_iterations_ends_before_its_last_checkpoint(model):
    norm = first_norm(model)
    before = norm.running_mean.clone()
    one = runner(model, 0, [batch()] * 2)
    one.train_loop = IterBasedTrainLoop.__new__(IterBasedTrainLoop)
    one.max_epochs, one.max_iters, one.iter = 1, 10, 8
    hook = WholeBodyNormHook(5)
    hook.after_train_iter(one, 0)
    assert torch.equal(before, norm.running_mean)
    one.iter = 9
    hook.after_train_iter(one, 0)
    assert norm.num_batches_tracked == 5
    hook.after_train_epoch(one)  # comes behind it
    assert norm.num_batches_tracked == 5


def test_by_iterations_it_comes_behind_the_average(model):
    rank = WholeBodyNormHook(5).priority, get_priority(EMAHook.priority)
    assert rank[1] < rank[0] < get_priority(OnlineProbeHook.priority)
    assert rank[0] < get_priority(CheckpointHook.priority)


def test_the_average_that_is_saved_has_seen_whole_bodies_too(model):
    one = runner(model, 2, [batch()] * 2)
    one.hooks = [EMAHook(momentum=0.1)]
    one.hooks[0].before_run(one)
    averaged = one.hooks[0].ema_model.module
    assert averaged is not model
    WholeBodyNormHook(5).after_train_epoch(one)
    assert torch.equal(
        first_norm(averaged).running_mean, first_norm(model).running_mean
    )
    assert first_norm(averaged).num_batches_tracked == 5


def test_so_many_batches_are_seen_and_no_more(model):
    class Loader:
        given = 0

        def __iter__(self):
            for i in range(3):
                self.given += 1
                yield batch(seed=i)

    loader = Loader()
    WholeBodyNormHook(7).after_train_epoch(runner(model, 2, loader))
    assert loader.given == 7


def test_number_of_batches_is_checked():
    with pytest.raises(ValueError, match='at least 1'):
        WholeBodyNormHook(0)
