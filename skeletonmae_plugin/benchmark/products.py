r"""The matrix products of a pre-training step, and a bare GEMM of them.

A product (m, k) x (k, n) is m k n multiply-adds, 2 m k n FLOPs. With R joints
that exist in the batch (R = F V for F frames of persons), width D, C_in input
features, C_out coordinates, L layers, a step has forward

.. math::
    R C_{in} D + L (V^2 F D + 2 R D^2)
    + R D E + V^2 F E + R E^2 + R E C_{out}

multiply-adds: embedding; aggregation and perceptron of each layer; projection,
aggregation and perceptron of the decoder. Backward counts each product twice
more, for the gradients of its input and of its weight, but for those that
nobody needs: the input of the embedding has no gradient, and the graph, a
constant, has none either. Everything else of a step (norms, activations,
masks, loss, optimizer) counts as no work at all.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from mmengine.config import Config

from ..layouts import get_layout
from .pyg import check_config

Shape = tuple[int, int, int]


@dataclass(frozen=True)
class Product:
    """(m, k) x (k, n), and how the operands lie in memory.

    Attributes:
        shape: m, k, n.
        left_transposed: The left operand is a transposed view, as in a
            gradient of weights.
        right_transposed: The right one is, as in a gradient of inputs.
        kind: 'linear' or 'graph'.
    """

    shape: Shape
    kind: str
    left_transposed: bool = False
    right_transposed: bool = False

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
    features = backbone.in_channels * len(backbone.streams)
    products = _linear(rows, features, dims, with_input=False)
    for _ in range(backbone.num_layers):
        products += _graph(joints, num_frames * dims)
        products += 2 * _linear(rows, dims, dims)
    products += _linear(rows, neck.in_channels, width)
    products += _graph(joints, num_frames * width)
    products += _linear(rows, width, width)
    products += _linear(rows, width, neck.out_channels)
    return products


def _linear(
    rows: int, channels: int, out: int, with_input: bool = True
) -> list[Product]:
    """Forward, gradient of the weight, gradient of the input."""
    products = [
        Product((rows, channels, out), 'linear', right_transposed=True),
        Product((out, rows, channels), 'linear', left_transposed=True),
    ]
    if with_input:
        products.append(Product((rows, out, channels), 'linear'))
    return products


def _graph(joints: int, columns: int) -> list[Product]:
    """Aggregation joints first, and its gradient of the input."""
    forward = Product((joints, joints, columns), 'graph')
    return [forward, forward]


def gemm(
    products: list[Product], dtype: torch.dtype, device: torch.device
) -> Callable[[], None]:
    """A function that does the bare products one after another.

    ``torch.mm`` into memory that is there already. Products of one shape
    share their operands; those of a step are larger than the caches.
    """
    operands = {product: _operands(product, dtype, device)
                for product in set(products)}  # fmt: skip

    def run() -> None:
        for product in products:
            left, right, out = operands[product]
            torch.mm(left, right, out=out)

    return run


def _operands(
    product: Product, dtype: torch.dtype, device: torch.device
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    m, k, n = product.shape

    def matrix(rows: int, columns: int, transposed: bool) -> torch.Tensor:
        size = (columns, rows) if transposed else (rows, columns)
        values = torch.randn(size, device=device).to(dtype)
        return values.T if transposed else values

    return (
        matrix(m, k, product.left_transposed),
        matrix(k, n, product.right_transposed),
        torch.empty(m, n, dtype=dtype, device=device),
    )
