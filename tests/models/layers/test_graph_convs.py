"""GIN, GCN and GAT against PyTorch Geometric and in their own right."""

import pytest
import torch

from skeletonmae_plugin.layouts import get_layout
from skeletonmae_plugin.models.layers import (
    GATConv,
    GCNConv,
    GINConv,
    JointMLP,
    build_graph_conv,
)
from skeletonmae_plugin.models.layers.joint_mixing import JointMixing

V, C_IN, C_OUT = 17, 6, 8
CONVS = [
    'gin',
    'gcn',
    'gat',
    dict(type='gat', num_heads=4),
    dict(type='gin', num_heads=2, learnable_adjacency=True),
]


@pytest.fixture
def adjacency() -> torch.Tensor:
    return torch.from_numpy(get_layout('coco').adjacency)


@pytest.fixture
def edge_index(adjacency: torch.Tensor) -> torch.Tensor:
    return adjacency.nonzero().T


def randomize(module: torch.nn.Module) -> torch.nn.Module:
    torch.manual_seed(1)
    for parameter in module.parameters():
        torch.nn.init.normal_(parameter, std=0.5)
    return module


def test_gin_equals_pyg(adjacency, edge_index):
    nn = pytest.importorskip('torch_geometric.nn')
    ours = randomize(GINConv(C_IN, C_OUT, adjacency, hidden_channels=5))
    oracle = nn.GINConv(ours.mlp, train_eps=True)
    oracle.eps.data.fill_(ours.eps.item())
    x = torch.randn(V, C_IN)
    torch.testing.assert_close(
        ours(x), oracle(x, edge_index), atol=1e-5, rtol=1e-5
    )


def test_gcn_equals_pyg(adjacency, edge_index):
    nn = pytest.importorskip('torch_geometric.nn')
    ours = randomize(GCNConv(C_IN, C_OUT, adjacency))
    oracle = nn.GCNConv(C_IN, C_OUT)
    oracle.lin.weight.data = ours.linear.weight.data
    oracle.bias.data = ours.linear.bias.data
    x = torch.randn(V, C_IN)
    torch.testing.assert_close(
        ours(x), oracle(x, edge_index), atol=1e-5, rtol=1e-5
    )


@pytest.mark.parametrize('heads', [1, 4])
def test_gat_equals_pyg(adjacency, edge_index, heads):
    nn = pytest.importorskip('torch_geometric.nn')
    ours = randomize(GATConv(C_IN, C_OUT, adjacency, num_heads=heads))
    oracle = nn.GATConv(C_IN, C_OUT // heads, heads=heads)
    oracle.lin.weight.data = ours.linear.weight.data
    oracle.att_src.data = ours.send.data[None]
    oracle.att_dst.data = ours.receive.data[None]
    oracle.bias.data = ours.bias.data
    x = torch.randn(V, C_IN)
    torch.testing.assert_close(
        ours(x), oracle(x, edge_index), atol=1e-5, rtol=1e-5
    )


def test_adaptive_gin_equals_a_loop_over_heads(adjacency):
    conv = randomize(
        GINConv(C_IN, C_OUT, adjacency, num_heads=2, learnable_adjacency=True)
    )
    x = torch.randn(V, C_IN)
    mixed = torch.cat(
        [
            (adjacency + conv.mix.learned[h]) @ x[:, 3 * h : 3 * h + 3]
            for h in range(2)
        ],
        -1,
    )
    torch.testing.assert_close(conv(x), conv.mlp((1 + conv.eps) * x + mixed))


@pytest.mark.parametrize('learnable', [False, True])
def test_gradient_of_a_joint_s_own_weight(adjacency, learnable):
    mix = JointMixing(adjacency.double(), 4, 1, learnable).double()
    x = torch.randn(V, 2, 4, dtype=torch.float64, requires_grad=True)
    weight = torch.tensor(1.3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(mix, (x, weight))


def test_gradient_of_a_joint_s_own_weight_in_float16(adjacency):
    mix = JointMixing(adjacency, 1, 1, learnable=False)
    x = torch.full((V, 1), 1000.0, dtype=torch.float16)
    weight = torch.tensor(1.0, requires_grad=True)
    upstream = torch.full_like(x, 100.0)  # as a scaled loss has them
    upstream[::2] *= -1
    mix(x, weight).backward(upstream)
    assert weight.grad == float((x.float() * upstream.float()).sum()) == -1e5


@pytest.mark.parametrize('conv', CONVS, ids=str)
def test_batched_equals_one_by_one(conv):
    layer = randomize(build_graph_conv(conv, C_IN, C_OUT, get_layout('coco')))
    x = torch.randn(V, 2, 3, C_IN)
    out = layer(x)
    assert out.shape == (V, 2, 3, C_OUT)
    torch.testing.assert_close(out[:, 1, 2], layer(x[:, 1, 2]))


@pytest.mark.parametrize(
    'conv', ['gin', 'gcn', dict(type='gat', num_heads=4)], ids=str
)
def test_permuted_joints_give_permuted_output(conv):
    layout = get_layout('coco')
    order = torch.randperm(V, generator=torch.Generator().manual_seed(3))
    place = order.argsort().tolist()
    permuted = get_layout(
        dict(
            joints=[layout.joints[i] for i in order],
            bones=[(place[a], place[b]) for a, b in layout.bones],
            parts=dict(all=range(V)),
        )
    )
    layer = randomize(build_graph_conv(conv, C_IN, C_OUT, layout))
    other = randomize(build_graph_conv(conv, C_IN, C_OUT, permuted))
    x = torch.randn(V, 2, C_IN)
    torch.testing.assert_close(other(x[order]), layer(x)[order])


def cut_edges(layer: torch.nn.Module, there: torch.Tensor) -> None:
    if isinstance(layer, GATConv):
        layer.edges &= there
        return
    layer.mix.adjacency *= there
    if layer.mix.learned is not None:
        layer.mix.learned.data *= there


@pytest.mark.parametrize('conv', CONVS, ids=str)
def test_invalid_joint_sends_no_message(conv):
    layer = randomize(build_graph_conv(conv, C_IN, C_OUT, get_layout('coco')))
    x, valid = torch.randn(V, 4, C_IN), torch.rand(V, 4) > 0.3
    x = x * valid.unsqueeze(-1)
    out = layer(x, valid)
    # As if the joint were not in the graph: its edges are cut.
    for b in range(4):
        there = valid[:, b]
        alone = build_graph_conv(conv, C_IN, C_OUT, get_layout('coco'))
        alone.load_state_dict(layer.state_dict())
        cut_edges(alone, there)
        torch.testing.assert_close(out[there, b], alone(x[:, b])[there])


def test_without_messages_no_joint_knows_of_another(adjacency):
    layer = randomize(build_graph_conv('mlp', C_IN, C_OUT, get_layout('coco')))
    assert isinstance(layer, JointMLP)
    x = torch.randn(V, 4, C_IN)
    out = layer(x, torch.ones(V, 4, dtype=torch.bool))
    other = x.clone()
    other[3] += 1
    changed = (layer(other) != out).flatten(1).any(1)
    assert changed.nonzero().flatten().tolist() == [3]
    # It is GIN on a graph without edges.
    gin = GINConv(C_IN, C_OUT, torch.zeros_like(adjacency))
    gin.mlp.load_state_dict(layer.mlp.state_dict())
    torch.testing.assert_close(out, gin(x))
    rows = torch.tensor([0, 9, 40])
    torch.testing.assert_close(
        layer(x, rows=rows), out.flatten(0, 1).index_select(0, rows)
    )


def test_gat_without_any_valid_joint_is_finite(adjacency):
    conv = GATConv(C_IN, C_OUT, adjacency)
    out = conv(torch.randn(V, C_IN), torch.zeros(V, dtype=torch.bool))
    assert out.isfinite().all()


def test_weights_do_not_depend_on_the_joints():
    weights = build_graph_conv('gin', 4, 4, get_layout('coco')).state_dict()
    build_graph_conv('gin', 4, 4, get_layout('nturgb+d')).load_state_dict(
        weights
    )


@pytest.mark.parametrize(
    'conv, message',
    [
        ('sage', 'gin, gcn, gat, mlp'),
        (dict(type='gat', learnable_adjacency=True), 'attention already'),
        (dict(type='mlp', num_heads=4), "no num_heads; .*conv='mlp'"),
        (dict(type='gin', num_heads=2), 'learnable_adjacency=True'),
        (
            dict(type='gin', num_heads=4, learnable_adjacency=True),
            'num_heads=4',
        ),
        (dict(type='gat', num_heads=3), 'num_heads=3'),
    ],
)
def test_what_makes_no_sense_is_refused(conv, message):
    with pytest.raises(ValueError, match=message):
        build_graph_conv(conv, C_IN, C_OUT, get_layout('coco'))


def test_print_shows_the_heads():
    layout = get_layout('coco')
    gat = build_graph_conv(dict(type='gat', num_heads=4), 4, 4, layout)
    gin = build_graph_conv(
        dict(type='gin', num_heads=2, learnable_adjacency=True), 4, 4, layout
    )
    assert 'num_heads=4' in str(gat)
    assert 'num_heads=2, learnable=True' in str(gin)
