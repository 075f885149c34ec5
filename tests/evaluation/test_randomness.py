"""Random numbers go on as if nothing had been."""

import random

import numpy as np
import pytest
import torch

from skeletonmae_plugin.evaluation.randomness import kept_randomness


def draw():
    return random.random(), np.random.rand(), torch.rand(1).item()


def seed():
    random.seed(0)
    np.random.seed(0)
    torch.manual_seed(0)


def test_kept_even_after_an_error():
    seed()
    expected = draw(), draw()
    seed()
    first = draw()
    with pytest.raises(KeyError), kept_randomness():
        draw()
        np.random.seed(5)
        raise KeyError
    assert (first, draw()) == expected
