"""From a feature for each joint and step to one for a clip."""

from torch import Tensor, nn

from .layers import pool_flags, valid_by_zeros


def pools_persons(backbone: nn.Module) -> bool:
    """Whether a backbone's output is for a plain mean over all its axes.

    Those that say so by their attribute ``pool_persons`` give what no longer
    has the persons and joints of the input: ``STRL``'s scaled (N, 1, D, T',
    V), the places of ``HeatmapBackbone``. MMAction2's own do not.
    """
    return bool(getattr(backbone, 'pool_persons', False))


def pool_latent(latent: Tensor, valid: Tensor | None) -> Tensor:
    """Mean over all persons, steps and joints that exist.

    Args:
        latent: (N, M, D, T', V), a backbone's output.
        valid: (N, M, T, V) bool or None for everything.

    Returns:
        (N, D); 0 for a clip in which nothing exists.
    """
    if valid is None:
        return latent.mean((1, 3, 4))
    there = pool_flags(valid, latent.shape[3]).transpose(2, 3).flatten(1)
    features = latent.permute(0, 1, 4, 3, 2).flatten(1, 3)  # (N, M V T', D)
    # As a product the gradient comes channels last, as the decoder's does:
    # to add up two orders of axes takes longer than all of this.
    total = (there.unsqueeze(1).to(latent.dtype) @ features).squeeze(1)
    return total / there.sum(1, keepdim=True).clamp(min=1)


def pool_persons(latent: Tensor, there: Tensor) -> Tensor:
    """Sum over persons, scaled so that a plain mean counts what exists.

    The plain mean of the output over T' and V, which MMAction2's GCNHead
    takes, is sum_{m,t,v} h / #there: that of :func:`pool_latent`.

    Args:
        latent: (N, M, D, T', V), 0 where nothing is.
        there: (N, M, T', V) bool.

    Returns:
        (N, 1, D, T', V); 0 for a clip without persons.
    """
    existing = there.flatten(1).sum(1).clamp(min=1)  # (N,)
    scale = there.shape[2] * there.shape[3] / existing
    return latent.sum(1, keepdim=True) * scale.view(-1, 1, 1, 1, 1)


def pool_stock(latent: Tensor, x: Tensor, valid: Tensor | None) -> Tensor:
    """:func:`pool_persons` of a network that knows no absent persons.

    Args:
        latent: (N, M, D, T', V), numbers in the place of absent ones, too.
        x: (N, M, T, V, C), what the network was given.
        valid: (N, M, T, V) bool; None: 0 in all coordinates is not there.

    Returns:
        (N, 1, D, T', V); 0 for a clip without persons.
    """
    there = pool_flags(
        valid_by_zeros(x) if valid is None else valid, latent.shape[3]
    )
    return pool_persons(latent * there.unsqueeze(2), there)
