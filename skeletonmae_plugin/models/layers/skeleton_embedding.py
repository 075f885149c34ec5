"""From coordinates to R^D, and the token in the place of what is hidden."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ...functional.streams import check_streams, skeleton_streams
from ...layouts import Layout
from .persons import check_coordinates, known_joints
from .time import joints_first, patchify, step_flags


class SkeletonEmbedding(nn.Module):
    r"""Linear embedding of joints (paper, section 3.2).

    A visible joint becomes :math:`x W + b`, a hidden one the learnable token
    [MASK]; both then get what tells their joint from another, if
    ``joint_embedding`` is set:

    .. math::
        h_v = (\text{hidden}_v\ ?\ [MASK] : x_v W + b) + e_v

    Args:
        layout: The skeleton.
        in_channels: C, 2 or 3 coordinates.
        embed_dims: D.
        streams: What of a joint is embedded, see :func:`skeleton_streams`.
        stream_scales: A factor for each stream. None: 1.
        patch_size: Frames that make one time step. A step is hidden if one
            of its frames is.
        joint_embedding: Learn :math:`e_v`.

    Shapes:
        - x: (B, T, V, C); mask, valid: (B, T, V) bool or None
        - output: (V, B, T / patch_size, D), 0 where not valid
    """

    stream_scales: Tensor | None

    def __init__(
        self,
        layout: Layout,
        in_channels: int,
        embed_dims: int,
        streams: Sequence[str],
        stream_scales: Sequence[float] | None,
        patch_size: int,
        joint_embedding: bool,
    ) -> None:
        super().__init__()
        check_streams(streams)
        if stream_scales is not None and len(stream_scales) != len(streams):
            raise ValueError(
                f'stream_scales must have a factor for each of {streams}, got '
                f'{stream_scales}'
            )
        self.layout = layout
        # Computed once: a compiler cannot trace a cached property.
        self.parents = layout.parents
        self.in_channels = in_channels
        self.streams = tuple(streams)
        scales = None
        if stream_scales is not None:
            scales = torch.tensor(stream_scales, dtype=torch.float32)
            scales = scales.repeat_interleave(in_channels)  # (S * C,)
        self.register_buffer('stream_scales', scales, persistent=False)
        self.patch_size = patch_size
        self.linear = nn.Linear(
            in_channels * len(self.streams) * patch_size, embed_dims
        )
        self.mask_token = nn.Parameter(torch.empty(embed_dims))
        nn.init.normal_(self.mask_token, std=0.02)
        self.joint_embedding = None
        if joint_embedding:
            self.joint_embedding = nn.Parameter(
                torch.empty(layout.num_joints, embed_dims)
            )
            nn.init.normal_(self.joint_embedding, std=0.02)

    def forward(
        self,
        x: Tensor,
        mask: Tensor | None = None,
        valid: Tensor | None = None,
    ) -> Tensor:
        """Embed clips, see the class."""
        features = self._features(x, mask, valid)
        num_steps = features.shape[-3]
        # Joints first, while there are few channels to move.
        h = self.linear(joints_first(features))
        hidden = step_flags(mask, num_steps)
        there = step_flags(valid, num_steps)
        if hidden is not None:
            token = self.mask_token.to(h.dtype)
            h = torch.where(hidden.unsqueeze(-1), token, h)
        else:
            # The token takes part with weight 0: distributed training would
            # wait for a parameter that has no gradient.
            h = h + 0 * self.mask_token.to(h.dtype)
        if self.joint_embedding is not None:
            h = h + self.joint_embedding[:, None, None].to(h.dtype)
        if there is not None:
            h = h * there.unsqueeze(-1)
        return h

    def embed(
        self,
        x: Tensor,
        mask: Tensor | None = None,
        valid: Tensor | None = None,
    ) -> Tensor:
        """The features xW + b alone: the paper's X.

        (..., T, V, C) -> (..., T / patch_size, V, D).
        """
        return self.linear(self._features(x, mask, valid))

    def _features(
        self, x: Tensor, mask: Tensor | None, valid: Tensor | None
    ) -> Tensor:
        """(..., T, V, C) -> (..., T', V, what of a joint is embedded)."""
        check_coordinates(x, self.layout, self.in_channels)
        known = known_joints(mask, valid)
        if known is None:
            known = x.new_ones(x.shape[:-1], dtype=torch.bool)
        features = skeleton_streams(x, self.streams, self.parents, known)
        if self.stream_scales is not None:
            features = features * self.stream_scales.to(features.dtype)
        return patchify(features, self.patch_size)
