"""The graph encoder G_E."""

from collections.abc import Mapping

from torch import Tensor, nn

from ...layouts import Layout
from .graph_convs import build_graph_conv
from .masked_batch_norm import MaskedBatchNorm1d


class SkeletonEncoder(nn.Module):
    """The paper's G_E: L_D graph layers on every frame (section 3.2).

    Each layer is graph operator -> batch norm -> PReLU.

    Args:
        layout: Gives the graph A.
        embed_dims: D.
        num_layers: L_D.
        conv: Graph operator, see :func:`build_graph_conv`.

    Shapes:
        - h: (V, ..., D), 0 where not valid; valid: (V, ...) bool or None
        - output: (V, ..., D), 0 where not valid
    """

    def __init__(
        self,
        layout: Layout,
        embed_dims: int,
        num_layers: int,
        conv: str | Mapping,
    ) -> None:
        super().__init__()
        self.convs = nn.ModuleList(
            build_graph_conv(conv, embed_dims, embed_dims, layout)
            for _ in range(num_layers)
        )
        self.norms = nn.ModuleList(
            MaskedBatchNorm1d(embed_dims) for _ in range(num_layers)
        )
        self.acts = nn.ModuleList(nn.PReLU() for _ in range(num_layers))

    def forward(self, h: Tensor, valid: Tensor | None = None) -> Tensor:
        """G_E(A, H), see the class."""
        for conv, norm, act in zip(
            self.convs, self.norms, self.acts, strict=True
        ):
            h = norm(conv(h, valid), valid, slope=act.weight)
        return h
