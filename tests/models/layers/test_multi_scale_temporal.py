"""Time at several scales."""

import pytest
import torch

from skeletonmae_plugin.models.layers import MultiScaleTemporal


@pytest.mark.parametrize('stride, steps', [(1, 9), (2, 5), (4, 3)])
def test_stride_gives_every_so_many_frames(stride, steps):
    layer = MultiScaleTemporal(8, stride=stride).eval()
    x = torch.randn(3, 2, 9, 8)
    out = layer(x)
    assert out.shape == (3, 2, steps, 8)
    full = MultiScaleTemporal(8)
    full.load_state_dict(layer.state_dict())
    torch.testing.assert_close(out, full.eval()(x)[:, :, ::stride])


def test_reach_is_two_frames_either_way():
    # Kernel 3, dilations 1 and 2; wide enough that ReLU hides no frame.
    layer = MultiScaleTemporal(64).eval()
    x = torch.randn(1, 1, 11, 64)
    changed = x.clone()
    changed[:, :, 5] += 1
    moved = (layer(x) != layer(changed)).any(-1)[0, 0]
    assert moved.nonzero()[:, 0].tolist() == [3, 4, 5, 6, 7]


def test_unseen_frames_tell_nothing():
    layer = MultiScaleTemporal(8)
    x, valid = torch.randn(3, 4, 9, 8), torch.rand(3, 4, 9) > 0.3
    x = x * valid.unsqueeze(-1)
    out = layer(x, valid)
    assert (out[~valid] == 0).all()


@pytest.mark.parametrize(
    'options, message',
    [
        (dict(channels=6), '4 temporal branches'),
        (dict(channels=8, kernel_size=4), 'odd'),
    ],
)
def test_refusals(options, message):
    with pytest.raises(ValueError, match=message):
        MultiScaleTemporal(**options)
