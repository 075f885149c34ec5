"""Folded norms give the same."""

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.registry import init_default_scope

from skeletonmae_plugin.models.fusing import fuse_batch_norms

V = 17


@pytest.fixture(autouse=True)
def _scope():
    init_default_scope('mmaction')


def seen(model):
    """Norms with statistics and weights of their own."""
    torch.manual_seed(0)
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm1d):
            torch.nn.init.normal_(module.weight)
            torch.nn.init.normal_(module.bias)
            torch.nn.init.normal_(module.running_mean)
            torch.nn.init.uniform_(module.running_var, 0.5, 2)
    return model.eval()


@pytest.mark.parametrize(
    'cfg, folded',
    [
        (dict(type='SkeletonMAE'), 3),
        (dict(type='SkeletonMAE', conv='gcn'), 3),
        (dict(type='SkeletonMAE', conv='gat'), 0),
        (dict(type='SkeletonMAE', conv='mlp'), 3),
        (
            dict(type='STRL', encoder=dict(type='SkeletonMAE'), clip_len=8),
            3 * 3 + 3 + 1,
        ),
    ],
)
def test_folding_changes_no_output(cfg, folded):
    model = seen(MODELS.build(cfg))
    x = torch.randn(2, 2, 8, V, 2)
    valid = torch.rand(2, 2, 8, V) > 0.2
    expected = model(x, None, valid), model(x)
    state = {k: v.clone() for k, v in model.state_dict().items()}
    norms = fuse_batch_norms(model)
    assert len(norms) == folded
    got = model(x, None, valid), model(x)
    torch.testing.assert_close(got, expected, rtol=1e-4, atol=1e-4)
    assert not fuse_batch_norms(model)  # once only
    for norm in norms:
        norm.unfold()
    torch.testing.assert_close(dict(model.state_dict()), state, rtol=0, atol=0)


def test_what_trains_is_refused():
    with pytest.raises(RuntimeError, match=r'call model.eval\(\)'):
        fuse_batch_norms(MODELS.build(dict(type='SkeletonMAE')))
