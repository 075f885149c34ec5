"""A stock network on a layout of ours is the stock network."""

import pytest
import torch
from mmaction.models.utils.graph import Graph
from mmaction.registry import MODELS

from skeletonmae_plugin.layouts import get_layout, layout_names

PLUS = dict(
    type='mmaction.STGCN',
    in_channels=3,
    base_channels=8,
    num_stages=2,
    gcn_adaptive='init',
    gcn_with_res=True,
    tcn_type='mstcn',
)
# Written out once more: the reference.
NWUCLA = dict(
    num_node=20,
    inward=[
        (0, 1), (1, 2), (3, 2), (4, 2), (5, 4), (6, 5), (7, 6), (8, 2),
        (9, 8), (10, 9), (11, 10), (12, 0), (13, 12), (14, 13), (15, 14),
        (16, 0), (17, 16), (18, 17), (19, 18),
    ],
    center=2,
)  # fmt: skip


def build(**config):
    torch.manual_seed(0)
    model = MODELS.build(config)
    model.init_weights()
    return model.eval()


@pytest.mark.parametrize(
    'layout, theirs', [('coco', 'coco'), ('kinect20', NWUCLA)]
)
@pytest.mark.parametrize('mode', ['spatial', 'stgcn_spatial'])
def test_it_is_the_network_that_mmaction_builds(layout, theirs, mode):
    ours = build(
        type='StockGCN',
        layout=layout,
        backbone=dict(PLUS, graph_cfg=dict(mode=mode)),
    )
    stock = build(**PLUS, graph_cfg=dict(layout=theirs, mode=mode))
    assert type(ours) is type(stock)
    state = stock.state_dict()
    assert list(ours.state_dict()) == list(state)
    for name, value in ours.state_dict().items():
        assert torch.equal(value, state[name]), name
    x = torch.randn(2, 1, 8, get_layout(layout).num_joints, 3)
    assert torch.equal(ours(x), stock(x))


@pytest.mark.parametrize('layout', layout_names())
def test_every_layout_makes_a_graph(layout):
    graph = Graph(get_layout(layout).to_mmaction(), mode='spatial')
    model = build(type='StockGCN', layout=layout, backbone=PLUS)
    buffers = {**dict(model.named_parameters()), **dict(model.named_buffers())}
    found = buffers['gcn.0.gcn.A']
    assert torch.equal(found, torch.tensor(graph.A).float())


def test_config_stays_as_it_is():
    backbone = dict(PLUS, graph_cfg=dict(mode='spatial'))
    build(type='StockGCN', layout='coco', backbone=backbone)
    assert backbone['graph_cfg'] == dict(mode='spatial')


def test_two_layouts_are_refused():
    backbone = dict(PLUS, graph_cfg=dict(layout='openpose'))
    with pytest.raises(ValueError, match="graph_cfg.layout='openpose'"):
        build(type='StockGCN', layout='coco', backbone=backbone)
