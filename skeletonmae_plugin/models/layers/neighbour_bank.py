"""Codes of clips seen lately, to find a clip's neighbours in."""

import torch
from torch import Tensor, nn


class NeighbourBank(nn.Module):
    """The last ``size`` codes, first in, first out.

    As the support set of `With a Little Help from My Friends
    <https://arxiv.org/abs/2104.14548>`_. It is saved with the model, so that
    a resumed run goes on as it would have.

    Args:
        size: Number of codes kept.
        channels: D.
    """

    codes: Tensor
    owners: Tensor
    filled: Tensor

    def __init__(self, size: int, channels: int) -> None:
        super().__init__()
        self.register_buffer('codes', torch.zeros(size, channels))
        self.register_buffer('owners', torch.full((size,), -1))
        # How many codes have come since the start.
        self.register_buffer('filled', torch.zeros((), dtype=torch.long))

    @property
    def is_full(self) -> bool:
        """Whether the first codes, of an untrained network, are going."""
        return int(self.filled) >= len(self.codes)

    def nearest(self, query: Tensor, owners: Tensor) -> Tensor:
        """The code most like each query that is of another clip.

        Args:
            query: (B, D), of unit length.
            owners: (B,) long, whose code each query is.

        Returns:
            (B, D), without gradient.
        """
        likeness = query.detach() @ self.codes.T  # (B, size)
        own = owners[:, None] == self.owners
        likeness = likeness.masked_fill(own, -torch.inf)
        return self.codes[likeness.argmax(1)]

    @torch.no_grad()
    def add(self, codes: Tensor, owners: Tensor) -> None:
        """Put codes (B, D) of ``owners`` (B,) in the place of the oldest."""
        size = len(self.codes)
        codes, owners = codes[-size:], owners[-size:]
        places = torch.arange(len(codes), device=self.filled.device)
        places = (places + self.filled) % size
        self.codes[places] = codes.to(self.codes.dtype)
        self.owners[places] = owners
        self.filled += len(codes)
