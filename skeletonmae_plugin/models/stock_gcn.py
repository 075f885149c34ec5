"""MMAction2's graph networks on any of our layouts."""

import inspect

from mmaction.registry import MODELS
from torch import nn

from ..layouts import LayoutLike, get_layout
from .channels_last import channels_last as make_channels_last


@MODELS.register_module(name='StockGCN')
def stock_gcn(
    backbone: dict, layout: LayoutLike = 'coco', channels_last: bool = False
) -> nn.Module:
    """Build a stock backbone whose graph is that of a layout.

    MMAction2's ``Graph`` knows three skeletons by name and takes any other as
    lists of numbers. This makes the lists. What comes back is the stock
    network itself, so that the names of its weights are MMAction2's.

    Args:
        backbone: Config of STGCN, AAGCN or whatever else has a
            ``graph_cfg``, which leaves ``layout`` out.
        layout: The skeleton.
        channels_last: Compute with channels innermost in memory, which is
            faster in half precision: the same numbers to rounding
            (:func:`.channels_last.channels_last`). Default: False, as
            MMAction2 computes.

    Returns:
        The network.

    Raises:
        ValueError: If the graph has a layout already, or a network that
            cannot is to have its channels innermost.
    """
    graph = backbone.get('graph_cfg', {})
    if 'layout' in graph:
        raise ValueError(
            f'StockGCN got a layout of its own and graph_cfg.layout='
            f'{graph["layout"]!r}; leave the latter out, or take '
            f'{backbone["type"]} itself'
        )
    graph = dict(graph, layout=get_layout(layout).to_mmaction())
    network = MODELS.build({**backbone, 'graph_cfg': graph})
    return make_channels_last(network) if channels_last else network


def taken_channels(backbone: dict) -> int | None:
    """C that a backbone takes; None if it does not say.

    Args:
        backbone: Config of a stock network, or of StockGCN around it.
    """
    network = backbone.get('backbone', backbone)
    if 'in_channels' in network:
        return network['in_channels']
    kind = network.get('type')
    build = MODELS.get(kind) if isinstance(kind, str) else kind
    if build is None:  # the registry has the better words for it
        return None
    asked = inspect.signature(build).parameters.get('in_channels')
    return asked.default if asked and isinstance(asked.default, int) else None
