"""Channels innermost: the same numbers and gradients."""

import copy

import mmaction.engine  # noqa: F401  # where AAGCN's initializer is
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.registry import init_default_scope

from skeletonmae_plugin.models.channels_last import channels_last

SIZE = dict(
    in_channels=3,
    base_channels=16,
    num_stages=3,
    inflate_stages=[2],
    down_stages=[3],
    graph_cfg=dict(layout='coco', mode='spatial'),
)
PLUS = dict(gcn_with_res=True, tcn_type='mstcn')


def build(name, **settings):
    init_default_scope('mmaction')
    torch.manual_seed(0)
    model = MODELS.build(dict(type=f'mmaction.{name}', **SIZE, **settings))
    model.init_weights()
    with torch.no_grad():  # nothing may be hidden by a 0 or a 1
        for parameter in model.parameters():
            parameter += 0.1 * torch.randn_like(parameter)
    return model


@pytest.mark.parametrize(
    'name, settings',
    [
        ('STGCN', {}),
        ('STGCN', dict(PLUS, gcn_adaptive='init')),
        ('STGCN', dict(PLUS, gcn_adaptive='offset', gcn_conv_pos='post')),
        ('STGCN', dict(gcn_adaptive=None, gcn_conv_pos='post')),
        ('AAGCN', dict(gcn_attention=False, data_bn_type='VC')),
        (
            'AAGCN',
            dict(gcn_attention=False, gcn_adaptive=False, data_bn_type='VC'),
        ),
    ],
)
def test_it_is_the_stock_network(name, settings):
    stock = build(name, **settings).double()
    ours = channels_last(copy.deepcopy(stock))
    assert list(ours.state_dict()) == list(stock.state_dict())
    x = torch.randn(2, 2, 8, 17, 3, dtype=torch.double)
    weights = None
    grads = []
    for model in (stock, ours):
        inputs = x.clone().requires_grad_()
        y = model(inputs)
        weights = torch.randn_like(y) if weights is None else weights
        (y * weights).sum().backward()
        named = {n: p.grad for n, p in model.named_parameters()}
        grads.append(dict(named, y=y, x=inputs.grad))
    assert grads[0]['y'].shape == grads[1]['y'].shape
    for key, value in grads[0].items():
        torch.testing.assert_close(grads[1][key], value, msg=key)


def test_channels_stay_innermost():
    """Else all is copied, and nothing gained."""
    model = channels_last(build('STGCN', **PLUS, gcn_adaptive='init'))
    seen = []
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.register_forward_hook(
                lambda module, args, y: seen.append(
                    y.is_contiguous(memory_format=torch.channels_last)
                )
            )
    model(torch.randn(2, 1, 8, 17, 3))
    assert seen and all(seen)


def test_what_computes_so_already_is_left_as_it_is():
    model = channels_last(build('STGCN', **PLUS))
    kinds = [type(module) for module in model.modules()]
    assert channels_last(model) is model
    assert [type(module) for module in model.modules()] == kinds


@pytest.mark.parametrize(
    'model', [lambda: build('AAGCN'), lambda: torch.nn.Linear(2, 2)]
)
def test_what_has_no_such_form_is_refused(model):
    with pytest.raises(ValueError, match='AAGCN with gcn_attention=False'):
        channels_last(model())
