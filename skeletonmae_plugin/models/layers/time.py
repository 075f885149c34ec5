"""Between frames, patches of frames, and the layers' order of axes."""

import torch.nn.functional as F
from torch import Tensor


def pool_flags(
    flags: Tensor, num_steps: int, size: int | None = None
) -> Tensor:
    """Flags of frames -> flags of the time steps that stand for them.

    A step is flagged if any of its frames is: a patch that holds a hidden
    frame is hidden, one that holds a valid frame is valid.

    Args:
        flags: Bool (..., T, V).
        num_steps: T'.
        size: Frames for which a step stands. Default: ceil(T / T'). Frames
            behind the last step are left out.

    Returns:
        Bool (..., T', V).
    """
    num_frames = flags.shape[-2]
    if size is None:
        size = -(-num_frames // num_steps)
    if size == 1 and num_frames == num_steps:
        return flags
    # Padding below 0 cuts off.
    flags = F.pad(flags, (0, 0, 0, num_steps * size - num_frames))
    return flags.unflatten(-2, (num_steps, size)).any(-2)


def patchify(x: Tensor, size: int) -> Tensor:
    """(..., T, V, C) -> (..., T / size, V, size * C)."""
    if x.shape[-3] % size:
        raise ValueError(
            f'a clip of {x.shape[-3]} frames cannot be cut into patches of '
            f'{size}; choose a clip_len divisible by patch_size'
        )
    x = x.unflatten(-3, (-1, size))  # (..., T', size, V, C)
    return x.transpose(-3, -2).flatten(-2)


def unpatchify(x: Tensor, size: int) -> Tensor:
    """(..., T', V, size * C) -> (..., T' * size, V, C)."""
    x = x.unflatten(-1, (size, -1))  # (..., T', V, size, C)
    return x.transpose(-3, -2).flatten(-4, -3)


def joints_first(x: Tensor) -> Tensor:
    """(B, T, V, C) -> (V, B, T, C), contiguous: the layers' order of axes.

    The sum over a joint's neighbours is then one product of two matrices.
    """
    return x.permute(2, 0, 1, 3).contiguous()


def step_flags(flags: Tensor | None, num_steps: int) -> Tensor | None:
    """Flags of frames -> of time steps, in the layers' order of axes.

    (B, T, V) -> (V, B, T'); None stays None.
    """
    if flags is None:
        return None
    return pool_flags(flags, num_steps).permute(2, 0, 1).contiguous()
