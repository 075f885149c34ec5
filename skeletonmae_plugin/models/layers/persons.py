"""Only people who are there are computed."""

from dataclasses import dataclass

import torch
from torch import Tensor

from ...functional.exporting import is_exporting
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
        return self._select(x.flatten(0, 1), 0)

    def take_latent(self, latent: Tensor) -> Tensor:
        """What ``put`` gave, (N, M, D, T, V) -> (V, B, T, D)."""
        return self._select(latent.permute(4, 0, 1, 3, 2).flatten(1, 2), 1)

    def put(self, h: Tensor) -> Tensor:
        """(V, B, T, D) -> (N, M, D, T, V), zeros for absent persons.

        A view, where all persons are there.
        """
        total = self.shape[0] * self.shape[1]
        # Its len() would be a number, where a traced size is a symbol.
        if self.index.shape[0] != total:
            everybody = h.new_zeros(h.shape[0], total, *h.shape[2:])
            h = everybody.index_copy(1, self.index, h)
        return h.unflatten(1, self.shape).permute(1, 2, 4, 3, 0)

    def _select(self, x: Tensor, axis: int) -> Tensor:
        if self.index.shape[0] == x.shape[axis]:
            return x
        return x.index_select(axis, self.index)


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
    traced = is_exporting()
    if valid is None:
        valid = valid_by_zeros(x)
        if not traced:
            present = valid[:, :, 0, 0].flatten()
            return Persons(present.nonzero()[:, 0], x.shape[:2], None)
    check_flags('valid', valid, x)
    flags = valid.flatten(0, 1)  # (N * M, T, V)
    if traced:
        # How many there are is not known when a graph is drawn: all are
        # computed, and come out as 0 where nobody is.
        return Persons(
            torch.arange(flags.shape[0], device=flags.device),
            x.shape[:2],
            flags,
        )
    if x.shape[1] == 1:
        # Hardly ever is a clip without anybody: it is computed and not
        # counted, and a GPU need not be asked who is there.
        index = torch.arange(len(flags), device=flags.device)
    else:
        index = flags.flatten(1).any(-1).nonzero()[:, 0]
        flags = flags.index_select(0, index)
    all_valid = not flags.is_cuda and bool(flags.all())
    return Persons(index, x.shape[:2], None if all_valid else flags)


def valid_by_zeros(x: Tensor) -> Tensor:
    """Who is there, where nothing but coordinates tells.

    Args:
        x: (N, M, T, V, C). MMAction2 pads with persons of zeros.

    Returns:
        (N, M, T, V) bool, True for all joints of a person with any
        coordinate but 0.
    """
    present = (x != 0).flatten(2).any(-1)  # (N, M)
    return present[..., None, None].expand(x.shape[:-1])


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
