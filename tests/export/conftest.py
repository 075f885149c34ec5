"""Recognizers of made data, as if they had been trained."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.registry import init_default_scope

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'


@pytest.fixture
def recognizer(made_data, monkeypatch, tmp_path) -> Callable:
    """Function that gives the file of a toy config and of weights for it."""
    monkeypatch.setenv('TOY_2D', str(made_data('toy')))

    def make(name: str) -> tuple[str, str]:
        init_default_scope('mmaction')
        config = str(CONFIGS / f'{name}_toy.py')
        torch.manual_seed(0)
        model = MODELS.build(Config.fromfile(config).model)
        with torch.no_grad():  # else folding would change nothing
            for key, value in model.state_dict().items():
                if key.endswith('running_mean'):
                    value.normal_(std=0.1)
                elif key.endswith('running_var'):
                    value.uniform_(0.5, 2)
                elif key.endswith('mix.learned'):
                    value.normal_(std=0.1)
        path = tmp_path / f'{name}.pth'
        torch.save(dict(state_dict=model.state_dict()), path)
        return config, str(path)

    return make
