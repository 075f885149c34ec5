"""Frames and the steps that stand for them."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from skeletonmae_plugin.models.layers import patchify, pool_flags, unpatchify


@given(st.integers(1, 5), st.integers(1, 4), st.integers(1, 3))
def test_unpatchify_undoes_patchify(steps, size, channels):
    x = torch.randn(2, steps * size, 3, channels)
    patches = patchify(x, size)
    assert patches.shape == (2, steps, 3, size * channels)
    torch.testing.assert_close(unpatchify(patches, size), x)


def test_patchify_keeps_the_order_of_frames():
    x = torch.arange(4.0).view(4, 1, 1)
    assert patchify(x, 2).tolist() == [[[0, 1]], [[2, 3]]]


def test_patchify_says_what_length_fits():
    with pytest.raises(ValueError, match='5 frames.*patches of 2'):
        patchify(torch.zeros(5, 1, 1), 2)


@pytest.mark.parametrize(
    'frames, size, real',
    [(7, None, 3), (7, 2, 2), (7, 4, 4), (3, None, 1), (3, 2, 2)],
)  # ceil(7 / 3) = 3 frames a step
def test_pool_flags_equals_a_loop(frames, size, real):
    flags = torch.rand(3, frames, 4) > 0.7
    pooled = pool_flags(flags, 3, size)
    for step in range(3):
        torch.testing.assert_close(
            pooled[:, step], flags[:, real * step : real * (step + 1)].any(1)
        )
