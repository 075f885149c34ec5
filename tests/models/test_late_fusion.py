"""Features of branches side by side."""

import pytest
import torch
from mmaction.models.heads import GCNHead

from skeletonmae_plugin.models import LateFusion

NARROW = dict(type='SkeletonMAE', embed_dims=8, num_layers=1)
WIDE = dict(type='SkeletonMAE', embed_dims=16, num_layers=2)


@pytest.fixture
def model():
    return LateFusion(dict(narrow=NARROW, wide=WIDE)).eval()


def test_scores_are_those_of_the_branches_added(model, clips):
    x, valid = clips['inputs'], clips['valid']
    out = model(x, None, valid)
    assert out.shape == (len(x), 1, 24, 1, 1)
    head = GCNHead(num_classes=5, in_channels=24).eval()
    added = head.fc.bias.clone()
    parts = head.fc.weight.split([8, 16], 1)
    for branch, weight in zip(model.branches.values(), parts, strict=True):
        single = GCNHead(num_classes=5, in_channels=weight.shape[1]).eval()
        single.fc.weight.data, single.fc.bias.data = weight, added * 0
        added = added + single(branch(x, None, valid))
    torch.testing.assert_close(head(out), added)


def test_without_one_branch_it_is_the_other(model, clips):
    x, valid = clips['inputs'], clips['valid']
    head = GCNHead(num_classes=5, in_channels=24).eval()
    before = head(model(x, None, valid))
    head.fc.weight.data[:, 8:] = 0
    for parameter in model.branches['wide'].parameters():
        parameter.data.normal_()
    alone = head(model(x, None, valid))
    assert not torch.allclose(before, alone)
    h = model.branches['narrow'](x, None, valid).mean((1, 3, 4))
    expected = h @ head.fc.weight[:, :8].T + head.fc.bias
    torch.testing.assert_close(alone, expected)


def test_one_is_no_fusion():
    with pytest.raises(ValueError, match='two branches at least, got 1'):
        LateFusion(dict(narrow=NARROW))
