"""The PyG baseline is the same network."""

import pytest
import torch

from skeletonmae_plugin.benchmark import BenchmarkError
from skeletonmae_plugin.benchmark.pyg import PyGPretrainer, check_config

pytest.importorskip('torch_geometric')


@pytest.fixture
def cfg(bench):
    return bench.config('skeletonmae_pretrain', '_paper')


@pytest.mark.parametrize('sparse', [False, True])
@pytest.mark.parametrize('remask', [False, True])
@pytest.mark.parametrize('missing', [False, True])
def test_losses_and_gradients_are_equal(bench, cfg, sparse, remask, missing):
    cfg.model.neck.remask = remask
    model = bench.model(cfg)
    with torch.no_grad():  # epsilon is 0 at first and would hide a fault
        for name, tensor in model.named_parameters():
            if name.endswith('eps'):
                tensor += 0.3
    batch = bench.batch(cfg, model)
    if missing:
        valid = torch.rand(batch['mask'].shape) < 0.8
        valid[0] = False  # nobody
        batch['valid'], batch['mask'] = valid, batch['mask'] & valid
    twin = PyGPretrainer(cfg, model.state_dict(), sparse)
    ours = model(**batch, mode='loss')['loss_reconstruction']
    theirs = twin(batch, *twin.graph(batch))
    torch.testing.assert_close(theirs, ours, rtol=1e-4, atol=0)
    ours.backward()
    theirs.backward()
    for mine, name in (
        (twin.convs[0].nn[0].weight, 'backbone.encoder.convs.0.mlp.0.weight'),
        # Through the encoder and, as the paper reads, through the target.
        (twin.embed.weight, 'backbone.embedding.linear.weight'),
    ):
        torch.testing.assert_close(
            mine.grad, model.get_parameter(name).grad, rtol=1e-3, atol=1e-6
        )


def test_loss_of_nothing_hidden_is_zero(bench, cfg):
    model = bench.model(cfg)
    batch = bench.batch(cfg, model)
    batch['mask'] = torch.zeros_like(batch['mask'])
    twin = PyGPretrainer(cfg, model.state_dict())
    assert twin(batch, *twin.graph(batch)) == 0


def test_every_weight_of_ours_is_copied(bench, cfg):
    model = bench.model(cfg)
    twin = PyGPretrainer(cfg, model.state_dict())
    assert sum(p.numel() for p in twin.parameters()) == sum(
        p.numel() for p in model.parameters()
    )


@pytest.mark.parametrize(
    'part, option, value',
    [
        ('backbone', 'conv', 'gat'),
        ('backbone', 'patch_size', 4),
        ('target', 'type', 'CoordinateTarget'),
        ('target', 'target_grad', False),
        ('head.loss', 'type', 'MaskedMSELoss'),
        ('head.loss', 'reduction', 'mean'),
    ],
)
def test_another_network_is_refused(cfg, part, option, value):
    branch = cfg.model
    for name in part.split('.'):
        branch = branch[name]
    branch[option] = value
    with pytest.raises(BenchmarkError, match=f'{value!r}'):
        check_config(cfg.model)


def test_default_network_is_refused(bench):
    with pytest.raises(BenchmarkError, match="'STRL'"):
        check_config(bench.config('skeletonmae_pretrain').model)
