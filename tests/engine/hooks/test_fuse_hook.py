"""Folded while a test runs, and only then."""

import pytest
import torch

from skeletonmae_plugin.engine import FuseBatchNormHook
from skeletonmae_plugin.models import SkeletonMAE


class Runner:
    def __init__(self):
        self.test_dataloader = range(3)
        self.model = torch.nn.ModuleDict(dict(backbone=SkeletonMAE())).eval()

    def is_folded(self):
        norms = self.model['backbone'].encoder.norms
        return [norm.is_folded for norm in norms] == [True] * 3


@pytest.mark.parametrize('enable', [True, False])
def test_folded_from_the_first_iteration_to_the_last(enable):
    runner, hook = Runner(), FuseBatchNormHook(enable)
    expected = runner.model.state_dict().keys()
    for _ in range(2):  # a second test finds the model as it was
        for i in range(3):
            hook.before_test_iter(runner, i)
            assert runner.is_folded() is enable
            hook.after_test_iter(runner, i)
        assert runner.model.state_dict().keys() == expected


@pytest.mark.parametrize('then', ['before_train', 'before_test_iter'])
def test_a_test_that_was_broken_off_leaves_nothing(then):
    runner, hook = Runner(), FuseBatchNormHook()
    weight = runner.model['backbone'].encoder.convs[0].mlp[-1].weight
    stats = runner.model['backbone'].encoder.norms[0].norm
    stats.running_var.fill_(4.0)
    before = weight.clone()
    hook.before_test_iter(runner, 0)
    assert not torch.equal(weight, before)
    if then == 'before_train':
        hook.before_train(runner)
    else:
        for i in range(3):
            hook.before_test_iter(runner, i)
            hook.after_test_iter(runner, i)
    assert not runner.is_folded()
    torch.testing.assert_close(weight, before, rtol=0, atol=0)
