"""A test alone folds; a training never does."""

import pytest
import torch
from mmengine.hooks import EMAHook

from skeletonmae_plugin.engine import FuseBatchNormHook
from skeletonmae_plugin.models import SkeletonMAE


class Runner:
    def __init__(self, train_loop, hooks):
        self._train_loop = train_loop
        self.hooks = hooks
        self.model = torch.nn.ModuleDict(dict(backbone=SkeletonMAE()))


@pytest.mark.parametrize(
    'train_loop, hooks, folded',
    [
        (None, [], True),
        (dict(type='EpochBasedTrainLoop'), [], True),
        (object(), [], False),
        (None, [EMAHook()], False),
    ],
)
def test_only_what_keeps_its_weights_is_folded(train_loop, hooks, folded):
    runner = Runner(train_loop, hooks)
    FuseBatchNormHook().before_test(runner)
    norms = runner.model['backbone'].encoder.norms
    assert all(norm.is_folded is folded for norm in norms)
