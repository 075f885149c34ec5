"""Only people who are there are computed."""

from dataclasses import dataclass

import torch
from torch import Tensor

from ...layouts import Layout


@dataclass(frozen=True)
class Persons:
    """The B persons that exist in a batch of clips.

    Attributes:
        index: (B,) long, positions in the flattened (N * M) axis.
        shape: (N, M).
        valid: (B, T, V) bool, or None where every joint is valid.
    """

    index: Tensor
    shape: torch.Size
    valid: Tensor | None

    @property
    def slots(self) -> Tensor:
        """(B,) long: m, the place of each person in its clip."""
        return self.index % self.shape[1]

    def take(self, x: Tensor) -> Tensor:
        """(N, M, ...) -> (B, ...)."""
        x = x.flatten(0, 1)
        return x if len(self.index) == len(x) else x[self.index]

    def put(self, x: Tensor) -> Tensor:
        """(B, ...) -> (N, M, ...), zeros in the place of absent persons."""
        total = self.shape[0] * self.shape[1]
        if len(self.index) != total:
            x = x.new_zeros(total, *x.shape[1:]).index_copy(0, self.index, x)
        return x.unflatten(0, self.shape)


def find_persons(x: Tensor, valid: Tensor | None = None) -> Persons:
    """Who is there.

    Args:
        x: (N, M, T, V, C).
        valid: (N, M, T, V) bool. None, as with MMAction2's own
            pre-processor: a person whose coordinates are all 0 is absent,
            which is how MMAction2 pads persons.

    Raises:
        ValueError: If the shapes do not go together.
    """
    if x.ndim != 5:
        raise ValueError(
            'a skeleton batch must have the axes (N, M, T, V, C)'
            f', got shape {tuple(x.shape)}'
        )
    if valid is None:
        present = (x != 0).flatten(2).any(-1).flatten()
        return Persons(present.nonzero()[:, 0], x.shape[:2], None)
    check_flags('valid', valid, x)
    flags = valid.flatten(0, 1)  # (N * M, T, V)
    index = flags.flatten(1).any(-1).nonzero()[:, 0]
    flags = flags[index]
    return Persons(index, x.shape[:2], None if flags.all() else flags)


def check_flags(name: str, flags: Tensor | None, x: Tensor) -> None:
    """Raise unless ``flags`` is None or bool of x's shape without channels."""
    if flags is None:
        return
    if not isinstance(flags, Tensor) or flags.dtype != torch.bool:
        got = getattr(flags, 'dtype', type(flags).__name__)
        raise TypeError(f'{name} must be None or a bool tensor, got {got}')
    if flags.shape != x.shape[:-1]:
        raise ValueError(
            f'{name} must have shape {tuple(x.shape[:-1])}, '
            f'got {tuple(flags.shape)}'
        )


def check_coordinates(x: Tensor, layout: Layout, in_channels: int) -> None:
    """Raise ``ValueError`` unless x (..., V, C) fits layout and channels."""
    layout.check_num_joints(x.shape[-2], 'the clip')
    if x.shape[-1] != in_channels:
        raise ValueError(
            f'in_channels={in_channels} coordinates are expected but the '
            f'clip has C={x.shape[-1]}; a score is no coordinate, and '
            'streams are made by the model itself'
        )


def known_joints(mask: Tensor | None, valid: Tensor | None) -> Tensor | None:
    """Joints that exist and are not hidden; None: all."""
    if mask is None:
        return valid
    return ~mask if valid is None else valid & ~mask
