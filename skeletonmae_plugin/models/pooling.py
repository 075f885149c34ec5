"""From a feature for each joint and step to one for a clip."""

from torch import Tensor

from .layers import pool_flags


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
    there = pool_flags(valid, latent.shape[3]).unsqueeze(2)
    there = there.to(latent.dtype)  # (N, M, 1, T', V)
    total = (latent * there).sum((1, 3, 4))
    return total / there.sum((1, 3, 4)).clamp(min=1)
