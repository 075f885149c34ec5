"""The graph operators by the name that a config gives them."""

from collections.abc import Mapping

from torch import nn

from ...layouts import Layout
from .gat_conv import GATConv
from .gcn_conv import GCNConv
from .gin_conv import GINConv
from .joint_mlp import JointMLP

GRAPH_CONVS: dict[str, type[nn.Module]] = {
    'gin': GINConv,
    'gcn': GCNConv,
    'gat': GATConv,
    'mlp': JointMLP,
}


def build_graph_conv(
    conv: str | Mapping, in_channels: int, out_channels: int, layout: Layout
) -> nn.Module:
    """A graph operator on the bones of a layout.

    Args:
        conv: ``'gin'``, ``'gcn'``, ``'gat'``, the control without messages,
            ``'mlp'``, or a dict with that name as ``type`` and further
            arguments of the operator, for instance
            ``dict(type='gin', num_heads=4, learnable_adjacency=True)``.
        in_channels: Size of a joint's feature.
        out_channels: Size of the output.
        layout: Gives the graph.

    Raises:
        ValueError: If there is no such operator, or it cannot have what is
            asked for.
    """
    options = dict(type=conv) if isinstance(conv, str) else dict(conv)
    name = options.pop('type', None)
    if name not in GRAPH_CONVS:
        raise ValueError(
            f'conv must be one of {", ".join(GRAPH_CONVS)}, got {name!r}'
        )
    graph = {'num_heads', 'learnable_adjacency'} & set(options)
    if name == 'mlp' and graph:
        raise ValueError(
            f'mlp has no graph, and so no {", ".join(sorted(graph))}; give '
            "the operator as a whole, conv='mlp'"
        )
    if name == 'gat' and 'learnable_adjacency' in options:
        raise ValueError(
            'gat weighs its edges by attention already; '
            'learnable_adjacency is for gin and gcn'
        )
    return GRAPH_CONVS[name](
        in_channels, out_channels, layout.adjacency, **options
    )
