"""The same random numbers in every run."""

from collections.abc import Callable

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.registry import init_default_scope


@pytest.fixture(autouse=True)
def seed() -> None:
    torch.manual_seed(0)


@pytest.fixture
def build() -> Callable:
    """Build a model from its config, in MMAction2's scope."""
    init_default_scope('mmaction')
    return MODELS.build


@pytest.fixture
def clips() -> dict[str, torch.Tensor]:
    """Two clips of two persons; one person absent, some joints unseen."""
    valid = torch.rand(2, 2, 8, 17) > 0.1
    valid[1, 1] = False
    x = torch.randn(2, 2, 8, 17, 2) * valid.unsqueeze(-1)
    mask = torch.rand(2, 2, 8, 17) > 0.6
    return dict(inputs=x, mask=mask, valid=valid)
