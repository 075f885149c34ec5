"""Temporal position embeddings for clips of another length."""

from collections.abc import Mapping

from torch import Tensor
from torch.nn import functional as F

#: How their names end: (T, C), a row for each step of the clip.
POSITION = '.position'


def resample_positions(
    given: Mapping[str, Tensor], wanted: Mapping[str, Tensor]
) -> dict[str, Tensor]:
    """Interpolate temporal position embeddings to the length of a model.

    A step stands for a part of the clip: linear between the middles of the
    steps, as vision transformers do with positions in a picture of another
    size.

    Args:
        given: Tensors of a checkpoint.
        wanted: Those of the model.

    Returns:
        Name -> (T, C) of those that had to change. Empty where some layers
        have other lengths than others, in the file or in the model: then not
        the clip is another, but the network.
    """
    names = [
        name
        for name, tensor in given.items()
        if name.endswith(POSITION)
        and name in wanted
        and tensor.ndim == wanted[name].ndim == 2
        and tensor.shape[1] == wanted[name].shape[1]
    ]
    old = {len(given[name]) for name in names}
    new = {len(wanted[name]) for name in names}
    if len(old) != 1 or len(new) != 1 or old == new or not min(*old, *new):
        return {}
    (steps,) = new
    return {name: _resample(given[name], steps) for name in names}


def _resample(embedding: Tensor, steps: int) -> Tensor:
    rows = embedding.float().T[None]
    return F.interpolate(rows, steps, mode='linear')[0].T
