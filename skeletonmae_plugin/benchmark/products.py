r"""The matrix products of a pre-training step, and a bare GEMM of them.

A product (m, k) x (k, n) is m k n multiply-adds, 2 m k n FLOPs. With R = F V
joints in the F frames of persons that are there, width D, C_in input features,
width E of the decoder, C_out coordinates and L layers, the linear layers have
forward

.. math::
    R\,(C_{in} D + 2 L D^2 + D E + E^2 + E C_{out})

multiply-adds. Backward counts each twice more, for the gradients of its
weight and of its input, but for the embedding, whose input has no gradient.
The limit is ``torch.mm`` on the forward shapes, each as often as it counts:
the gradients' own shapes, sums over R, are slower on most machines.

Everything else of a step is counted as no work at all: norms, activations,
masks, loss, optimizer, and the aggregation too. As a matrix product
(V, V) x (V, F D) it would be V / 2 D of a perceptron's work but is far slower
than a large product, so that to count it would flatter us. ``kind='graph'``
marks it, for a second, weaker limit that has it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from mmengine.config import Config

from ..layouts import get_layout
from .pyg import check_config


@dataclass(frozen=True)
class Product:
    """(m, k) x (k, n).

    Attributes:
        shape: m, k, n.
        kind: 'linear' or 'graph'.
    """

    shape: tuple[int, int, int]
    kind: str

    @property
    def flops(self) -> int:
        """Two for a multiply-add."""
        m, k, n = self.shape
        return 2 * m * k * n


def step_products(cfg: Config, num_frames: int) -> list[Product]:
    """All products of one step of pre-training, see the module.

    Args:
        cfg: A shipped pre-training config.
        num_frames: F, frames of persons that are there.
    """
    check_config(cfg.model)
    backbone, neck = cfg.model.backbone, cfg.model.neck
    joints = get_layout(backbone.layout).num_joints
    rows, dims = num_frames * joints, backbone.embed_dims
    width = neck.get('embed_dims', 64)

    def linear(channels: int, out: int, times: int = 3) -> list[Product]:
        return times * [Product((rows, channels, out), 'linear')]

    def graph(channels: int) -> list[Product]:
        # Forward, and the gradient of what is summed; the graph is constant.
        shape = (joints, joints, num_frames * channels)
        return 2 * [Product(shape, 'graph')]

    features = backbone.in_channels * len(backbone.streams)
    products = linear(features, dims, times=2)
    for _ in range(backbone.num_layers):
        products += graph(dims) + linear(dims, dims) + linear(dims, dims)
    products += linear(neck.in_channels, width) + graph(width)
    products += linear(width, width) + linear(width, neck.out_channels)
    return products


def gemm(
    products: list[Product], dtype: torch.dtype, device: torch.device
) -> Callable[[], None]:
    """A function that does the bare products one after another.

    ``torch.mm`` into memory that is there already; products of one shape
    share their operands.
    """
    operands = {
        product: _operands(product, dtype, device) for product in set(products)
    }

    def run() -> None:
        for product in products:
            left, right, out = operands[product]
            torch.mm(left, right, out=out)

    return run


def _operands(
    product: Product, dtype: torch.dtype, device: torch.device
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    m, k, n = product.shape
    return (
        torch.randn(m, k, device=device).to(dtype),
        torch.randn(k, n, device=device).to(dtype),
        torch.empty(m, n, dtype=dtype, device=device),
    )
