"""The decoder, a neck between encoder and head."""

from collections.abc import Mapping

import torch
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from ..layouts import LayoutLike, get_layout
from .compiling import Compilable
from .layers import build_graph_conv, pool_flags, unpatchify


@MODELS.register_module()
class SkeletonMAEDecoder(Compilable, BaseModule):
    """The paper's G_D: a projection and one graph layer (section 3.2).

    It also gives back the frames that an encoder has folded away: a latent
    step that stands for ``time_stride`` frames is decoded into so many.

    Args:
        out_channels: Size of what is predicted for a joint: C for
            coordinates or motion, D for embeddings.
        layout: The skeleton. Default: 'coco'.
        in_channels: Channels of the latent. Default: 64.
        embed_dims: Width of the projection. Default: 64.
        conv: 'gin' (the paper's), 'gcn', 'gat', 'mlp' (no messages), or a
            dict.
        time_stride: Frames decoded from one latent step: the ``patch_size``
            of SkeletonMAE, 4 for MMAction2's ST-GCN and AAGCN, 1 where the
            target has the latent's own steps.
        remask: Hide the masked joints once more, with 0, as the paper's
            figure and GraphMAE do. Off by default: with one graph layer the
            middle of a hidden limb then sees nothing at all.

    While it trains, and is given a mask, it computes only steps in which a
    joint is hidden, and of them hidden joints alone: the rest is 0.

    Shapes:
        - latent: (N, M, C_in, T', V); mask, valid: (N, M, T, V) bool or None
        - output: (N, M, min(T' * time_stride, T), V, C_out)
    """

    batch_axis = 1  # the latent comes with its joints first

    def __init__(
        self,
        out_channels: int,
        layout: LayoutLike = 'coco',
        in_channels: int = 64,
        embed_dims: int = 64,
        conv: str | Mapping = 'gin',
        time_stride: int = 1,
        remask: bool = False,
        init_cfg: dict | None = None,
    ) -> None:
        super().__init__(init_cfg=init_cfg)
        self.out_channels = out_channels
        self.time_stride = time_stride
        self.remask = remask
        self.project = nn.Linear(in_channels, embed_dims)
        self.conv = build_graph_conv(
            conv, embed_dims, out_channels * time_stride, get_layout(layout)
        )

    def forward(
        self,
        latent: Tensor,
        mask: Tensor | None = None,
        valid: Tensor | None = None,
    ) -> Tensor:
        """Predict joints from the latent, see the class."""
        num_frames = self._num_frames(latent.shape[3], mask, valid)
        hidden, there = (
            self._step_flags(flags, latent) for flags in (mask, valid)
        )  # (N * M * T', V) each
        wanted = there & hidden if self.training else there
        # A GPU is waited for, twice: it says how many there are.
        steps = wanted.any(-1).nonzero()[:, 0]  # (S,)
        s, v = wanted[steps].nonzero(as_tuple=True)  # (K,) each
        there = there[steps].T  # (V, S)
        remask = self.remask and mask is not None
        seen = there & ~hidden[steps].T if remask else there
        pred = self.run(
            _take(latent, steps),
            None if not seen.is_cuda and bool(seen.all()) else seen,
            there,
            v * len(steps) + s,
        )  # (K, time_stride * C_out)
        everything = pred.new_zeros(*wanted.shape, pred.shape[-1])
        everything = everything.index_put((steps[s], v), pred)
        everything = everything.unflatten(0, _axes(latent))
        return unpatchify(everything, self.time_stride)[:, :, :num_frames]

    def compute(
        self, h: Tensor, seen: Tensor | None, valid: Tensor, rows: Tensor
    ) -> Tensor:
        """S steps: (V, S, C_in), (V, S) twice, (K,) -> (K, ...).

        ``rows`` are the joints that are predicted, of the flattened (V, S).
        """
        h = self.project(h)
        if seen is not None:
            h = h * seen.unsqueeze(-1)
        return self.conv(h, valid, rows)

    def _num_frames(
        self, num_steps: int, mask: Tensor | None, valid: Tensor | None
    ) -> int:
        """T, told by the flags or by the stride."""
        flags = mask if valid is None else valid
        if mask is not None and mask.dtype != torch.bool:
            raise TypeError(f'mask must be None or bool, got {mask.dtype}')
        if flags is None:
            return num_steps * self.time_stride
        num_frames = flags.shape[2]
        if (num_steps - 1) * self.time_stride >= num_frames:
            raise ValueError(
                f'time_stride={self.time_stride} makes '
                f'{num_steps * self.time_stride} frames of {num_steps} latent '
                f'steps, but the clip has {num_frames}; it must be the '
                'frames for which a step of this backbone stands'
            )
        return num_frames

    def _step_flags(self, flags: Tensor | None, latent: Tensor) -> Tensor:
        """Flags of latent steps, (N * M * T', V); None: all."""
        if flags is None:
            shape = (*_axes(latent), latent.shape[-1])
            return latent.new_ones(shape, dtype=torch.bool).flatten(0, 2)
        # The frames that are decoded from a step, whatever T / T' is. With a
        # stride of 1 the target has the latent's steps.
        size = self.time_stride if self.time_stride > 1 else None
        return pool_flags(flags, latent.shape[3], size).flatten(0, 2)


def _axes(latent: Tensor) -> tuple[int, int, int]:
    """(N, M, T')."""
    return latent.shape[0], latent.shape[1], latent.shape[3]


def _take(latent: Tensor, steps: Tensor) -> Tensor:
    """(N, M, D, T', V) -> (V, S, D)."""
    x = latent.permute(4, 0, 1, 3, 2).flatten(1, 3)
    return x if len(steps) == x.shape[1] else x.index_select(1, steps)
