r"""The matrix products of a pre-training step, and a bare GEMM of them.

A product (m, k) x (k, n) is m k n multiply-adds, 2 m k n FLOPs. A linear
layer counts its forward product, and that twice more in backward, for the
gradients of its weight and of its input, but for the embedding, whose input
has no gradient. The limit is ``torch.mm`` on the forward shapes, each as often
as it counts: the gradients' own shapes, sums over all rows, are slower on most
machines.

With R = F V joints in the F frames of persons that are there, width D, C_in
input features, width E of the decoder, C_out values of a joint and L layers,
the linear layers of the paper's network have forward

.. math::
    R\,(C_{in} D + 2 L D^2 + D E + E^2 + E C_{out})

multiply-adds. In a STRL R counts joints in steps of ``patch_size`` frames,
C_in the features of all frames of a step, C_out those of all frames that are
decoded from one, and each of its layers has

.. math::
    R\,(2 L D^2 + 2 D^2 + D^2 + b k (D / B)^2)

for L graph layers, the two maps that join and follow the residual, the map
before the temporal branches, and b convolutions over k steps among B branches.

A training decodes only steps with hidden joints, and of them only those
joints pass the decoder's perceptron: :func:`count_decoded`.

Everything else of a step is counted as no work at all: norms, activations,
masks, losses, the agreement head (whose rows are clips, not joints), the
optimizer, and the aggregation too. As a matrix product (V, V) x (V, F D) it
would be V / 2 D of a perceptron's work but is far slower than a large product,
so that to count it would flatter us. ``kind='graph'`` marks it, for a second,
weaker limit that has it; of a graph that is learned, with its gradient.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from mmengine.config import Config

from ..layouts import get_layout
from ..models.layers import pool_flags
from .pyg import check_config
from .result import BenchmarkError

#: Of MultiScaleTemporal: branches, convolutions among them, steps they see.
BRANCHES, CONVOLUTIONS, KERNEL = 4, 2, 3


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


@dataclass(frozen=True)
class _Rows:
    """Products over the joints of so many frames or steps."""

    joints: int
    steps: int

    def linear(self, channels: int, out: int, times: int = 3) -> list[Product]:
        shape = (self.joints * self.steps, channels, out)
        return times * [Product(shape, 'linear')]

    def graph(
        self, channels: int, heads: int = 1, learned: bool = False
    ) -> list[Product]:
        # Forward, the gradient of what is summed, and that of the graph.
        shape = (self.joints, self.joints, self.steps * channels // heads)
        return (3 if learned else 2) * heads * [Product(shape, 'graph')]

    def gin(
        self, channels: int, out: int, heads: int = 1, learned: bool = False
    ) -> list[Product]:
        return [
            *self.graph(channels, heads, learned),
            *self.linear(channels, channels),
            *self.linear(channels, out),
        ]


@dataclass(frozen=True)
class Decoded:
    """What a training decodes: steps with hidden joints, and those joints."""

    steps: int
    joints: int


def count_decoded(cfg: Config, batch: dict[str, Any]) -> Decoded:
    """Count them in a batch, as the decoder's ``forward`` chooses them."""
    stride = cfg.model.neck.get('time_stride', 1)
    num_steps = batch['mask'].shape[2] // stride
    hidden = pool_flags(batch['mask'], num_steps)
    if batch.get('valid') is not None:
        hidden = hidden & pool_flags(batch['valid'], num_steps)
    return Decoded(int(hidden.any(-1).sum()), int(hidden.sum()))


def step_products(
    cfg: Config, num_frames: int, decoded: Decoded | None = None
) -> list[Product]:
    """All products of one step of pre-training, see the module.

    Args:
        cfg: A shipped pre-training config, the paper's or the default.
        num_frames: F, frames of persons that are there, in all views.
        decoded: What of them is decoded. None: everything.

    Raises:
        BenchmarkError: If the config asks for what is not counted here.
    """
    if cfg.model.backbone.type == 'STRL':
        return _strl_products(cfg, num_frames, decoded)
    return _paper_products(cfg, num_frames, decoded)


def _paper_products(
    cfg: Config, num_frames: int, decoded: Decoded | None
) -> list[Product]:
    check_config(cfg.model)
    backbone = cfg.model.backbone
    rows = _Rows(get_layout(backbone.layout).num_joints, num_frames)
    dims = backbone.embed_dims
    # We make the embedding twice, where once would do: that is no more work.
    products = rows.linear(backbone.in_channels, dims, times=2)
    for _ in range(backbone.num_layers):
        products += rows.gin(dims, dims)
    return products + _decoder_products(cfg, rows, decoded)


def _strl_products(
    cfg: Config, num_frames: int, decoded: Decoded | None
) -> list[Product]:
    _check_strl(cfg.model)
    backbone = cfg.model.backbone
    encoder = backbone.encoder
    rows = _Rows(
        get_layout(encoder.layout).num_joints, num_frames // encoder.patch_size
    )
    dims, share = encoder.embed_dims, encoder.embed_dims // BRANCHES
    features = encoder.in_channels * len(encoder.streams) * encoder.patch_size
    heads = encoder.conv.get('num_heads', 1)
    learned = encoder.conv.get('learnable_adjacency', False)
    products = rows.linear(features, dims, times=2)
    for _ in range(backbone.num_layers):
        for _ in range(encoder.num_layers):
            products += rows.gin(dims, dims, heads, learned)
        # Residual, weight, and the map before the temporal branches.
        products += 3 * rows.linear(dims, dims)
        products += CONVOLUTIONS * rows.linear(KERNEL * share, share)
    return products + _decoder_products(cfg, rows, decoded)


def _decoder_products(
    cfg: Config, rows: _Rows, decoded: Decoded | None
) -> list[Product]:
    neck = cfg.model.neck
    width = neck.get('embed_dims', 64)
    out = neck.out_channels * neck.get('time_stride', 1)
    if decoded is None:
        decoded = Decoded(rows.steps, rows.steps * rows.joints)
    seen = _Rows(rows.joints, decoded.steps)
    wanted = _Rows(1, decoded.joints)
    return [
        *seen.linear(neck.in_channels, width),
        *seen.graph(width),
        *wanted.linear(width, width),
        *wanted.linear(width, out),
    ]


def _check_strl(model: dict) -> None:
    """Raise unless a STRL is one whose products are counted here."""
    backbone, neck = model['backbone'], model['neck']
    conv = backbone['encoder'].get('conv')
    asked = dict(
        encoder=conv.get('type') if isinstance(conv, dict) else conv,
        decoder=neck.get('conv', 'gin'),
        fusion=backbone.get('fusion', 'add'),
        temporal=backbone.get('temporal', True),
        temporal_pooling=backbone.get('temporal_pooling', True),
        strides=backbone.get('strides'),
        target=(model.get('target') or dict(type='CoordinateTarget'))['type'],
    )
    known = dict(
        encoder='gin',
        decoder='gin',
        fusion='add',
        temporal=True,
        temporal_pooling=False,
        strides=None,
        target='CoordinateTarget',
    )
    for name, value in known.items():
        if asked[name] != value:
            raise BenchmarkError(
                f'the products of a STRL are counted for {name}={value!r}, '
                f'the shipped config has {asked[name]!r}; extend '
                'step_products'
            )


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
