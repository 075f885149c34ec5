"""The decoder, a neck between encoder and head."""

from collections.abc import Mapping

import torch
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import Tensor, nn

from ..layouts import LayoutLike, get_layout
from .compiling import Compilable
from .layers import (
    build_graph_conv,
    find_persons,
    pool_flags,
    step_flags,
    unpatchify,
)


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
        conv: 'gin' (the paper's), 'gcn', 'gat', or a dict.
        time_stride: Frames decoded from one latent step: the ``patch_size``
            of SkeletonMAE, 4 for MMAction2's ST-GCN and AAGCN, 1 where the
            target has the latent's own steps.
        remask: Hide the masked joints once more, with 0, as the paper's
            figure and GraphMAE do. Off by default: with one graph layer the
            middle of a hidden limb then sees nothing at all.

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
        """Predict every joint from the latent, see the class."""
        num_steps = latent.shape[3]
        num_frames = self._num_frames(num_steps, mask, valid)
        persons = find_persons(*_steps(latent, valid))
        hidden = None
        if self.remask and mask is not None:
            hidden = persons.take(pool_flags(mask, num_steps))
        h = persons.take_latent(latent)
        pred = persons.put(
            self.run(
                h,
                step_flags(hidden, num_steps),
                step_flags(persons.valid, num_steps),
            )
        ).permute(0, 1, 3, 4, 2)  # (N, M, T', V, time_stride * C_out)
        return unpatchify(pred, self.time_stride)[:, :, :num_frames]

    def compute(
        self, h: Tensor, hidden: Tensor | None, valid: Tensor | None
    ) -> Tensor:
        """B persons: (V, B, T', C_in), (V, B, T') twice -> (V, B, T', ...)."""
        h = self.project(h)
        if hidden is not None:
            h = h.masked_fill(hidden.unsqueeze(-1), 0)
        if valid is not None:
            h = h * valid.unsqueeze(-1)
        return self.conv(h, valid)

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


def _steps(latent: Tensor, valid: Tensor | None) -> tuple[Tensor, Tensor]:
    """The latent as (N, M, T', V, C) and ``valid`` of its steps."""
    steps = latent.permute(0, 1, 3, 4, 2)
    if valid is None:
        return steps, steps.new_ones(steps.shape[:-1], dtype=torch.bool)
    return steps, pool_flags(valid, steps.shape[2])
