"""Work that must not show in the random numbers of a training."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch


@contextmanager
def kept_randomness() -> Iterator[None]:
    """Put Python's, numpy's and torch's generators back afterwards.

    A data loader alone draws a number from torch's each time that it starts.
    """
    devices = (
        [torch.cuda.current_device()] if torch.cuda.is_available() else []
    )
    states = random.getstate(), np.random.get_state()
    try:
        with torch.random.fork_rng(devices):
            yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])
