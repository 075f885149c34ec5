"""Memory that a CPU training keeps instead of asking for it anew."""

import ctypes
import sys

from mmaction.registry import HOOKS
from mmengine.hooks import Hook
from mmengine.runner import Runner

# Parameters of glibc's mallopt, from malloc.h.
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_MAX = -1, -2, -4


@HOOKS.register_module()
class KeepMemoryHook(Hook):
    """Keep the memory of freed tensors within the process, on a CPU.

    glibc maps large blocks one by one and unmaps them when they are freed,
    so that every step of a training has all its pages given and cleared by
    the kernel again: a twentieth of the time of our pre-training step on an
    idle machine, up to a third on a busy one. A GPU has torch's own cache.
    Elsewhere than on Linux with glibc nothing is done.
    """

    def before_train(self, runner: Runner) -> None:
        """Tell the allocator, unless a GPU computes."""
        if next(runner.model.parameters()).device.type == 'cpu':
            keep_freed_memory()


def keep_freed_memory() -> bool:
    """Tell glibc to keep freed blocks, for the rest of the process.

    Returns:
        Whether there was a glibc to tell.
    """
    if sys.platform != 'linux':
        return False
    libc = ctypes.CDLL(None)
    if not hasattr(libc, 'mallopt'):  # another C library
        return False
    settings = (
        (_MMAP_MAX, 0),
        (_TRIM_THRESHOLD, 2**31 - 1),
        (_TOP_PAD, 2**26),
    )
    return all([libc.mallopt(*setting) for setting in settings])
