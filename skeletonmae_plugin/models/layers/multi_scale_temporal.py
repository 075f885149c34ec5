"""Time at several scales."""

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from .masked_batch_norm import MaskedBatchNorm1d
from .time_windows import time_conv, time_max


class MultiScaleTemporal(nn.Module):
    """Branches of different reach in time, side by side, with a residual.

    As in MS-G3D (https://arxiv.org/abs/2003.14111) and CTR-GCN
    (https://arxiv.org/abs/2107.12213): dilated convolutions, a max pooling
    and a plain branch, each on its share of the channels. A frame without
    the joint gives 0 to its neighbours in time.

    Args:
        channels: D, divisible by the number of branches.
        kernel_size: Frames that a convolution sees, odd.
        dilations: One convolution branch each.
        stride: Every how many frames there is an output.

    Shapes:
        - x: (V, B, T, D); valid: (V, B, T) bool or None
        - output: (V, B, ceil(T / stride), D), 0 where not valid
    """

    def __init__(
        self,
        channels: int,
        kernel_size: int = 3,
        dilations: Sequence[int] = (1, 2),
        stride: int = 1,
    ) -> None:
        super().__init__()
        num_branches = len(dilations) + 2
        if channels % num_branches:
            raise ValueError(
                f'{channels} channels cannot be shared by '
                f'{num_branches} temporal branches'
            )
        if kernel_size % 2 == 0:
            raise ValueError(f'kernel_size must be odd, got {kernel_size}')
        self.kernel_size = kernel_size
        self.dilations = tuple(dilations)
        self.stride = stride
        share = channels // num_branches
        self.reduce = nn.Linear(channels, channels)
        self.reduce_norm = MaskedBatchNorm1d(channels)
        self.convs = nn.ModuleList(
            nn.Linear(kernel_size * share, share) for _ in self.dilations
        )
        self.norm = MaskedBatchNorm1d(channels)

    def forward(self, x: Tensor, valid: Tensor | None = None) -> Tensor:
        """Look along the time axis, see the class."""
        h = self.reduce_norm(self.reduce(x), valid, slope=0.0)
        *to_convolve, to_pool, plain = h.chunk(len(self.dilations) + 2, -1)
        convs: Iterable[Any] = self.convs
        outs = [
            time_conv(part, conv.weight, conv.bias, dilation, self.stride)
            for conv, part, dilation in zip(
                convs, to_convolve, self.dilations, strict=True
            )
        ]
        # After ReLU nothing is below 0, as the maximum asks for.
        outs += [time_max(to_pool, self.stride), plain[:, :, :: self.stride]]
        return self.norm(
            torch.cat(outs, -1),
            None if valid is None else valid[:, :, :: self.stride],
            slope=0.0,
            residual=x[:, :, :: self.stride],
        )
