"""A stock backbone behind a mask."""

import pytest
import torch

from skeletonmae_plugin.models import InputMaskedBackbone

STGCN = dict(
    type='mmaction.STGCN',
    in_channels=2,
    graph_cfg=dict(layout='coco', mode='spatial'),
)


class Seen(torch.nn.Module):
    """What a backbone is given."""

    def forward(self, x):
        return x


def test_token_zero_and_coordinates_each_in_their_place(clips):
    model = InputMaskedBackbone(STGCN)
    model.backbone = Seen()
    model.mask_token.data = torch.tensor([5.0, 6.0])
    x, mask, valid = clips['inputs'], clips['mask'], clips['valid']
    out = model(x, mask, valid)
    assert (out[mask & valid] == torch.tensor([5.0, 6.0])).all()
    assert (out[~valid] == 0).all()
    torch.testing.assert_close(out[valid & ~mask], x[valid & ~mask])


def test_without_mask_it_is_the_backbone(clips):
    model = InputMaskedBackbone(STGCN).eval()
    x = clips['inputs']
    torch.testing.assert_close(model(x), model.backbone(x))


def test_joint_count_is_checked():
    with pytest.raises(ValueError, match='17 joints .* V=25'):
        InputMaskedBackbone(STGCN)(torch.zeros(1, 1, 4, 25, 2))
    with pytest.raises(ValueError, match='in_channels=2 .* C=3'):
        InputMaskedBackbone(STGCN)(torch.zeros(1, 1, 4, 17, 3))
