"""What the tests of all projects need: a small set, and models of configs."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import mmaction.engine  # noqa: F401  # where AAGCN's initializer is
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmengine.runner import Runner

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def small_set(made_data, monkeypatch) -> None:
    """Variables of a few made clips, for configs of any set and of some."""
    path = str(made_data('nwucla'))
    variables = dict(
        NWUCLA_3D=path,
        ROUTINE16_2D=str(made_data('routine16')),
        SKELETONS=path,
        SKELETONS_LAYOUT='kinect20',
        SKELETONS_IN_CHANNELS='3',
        SKELETONS_NUM_CLASSES='10',
        SKELETONS_NUM_PERSON='1',
        SKELETONS_CLIP_LEN='32',
        SKELETONS_TRAIN='xview_train',
        SKELETONS_TEST='xview_val',
    )
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def read(small_set) -> Callable:
    """Function that reads a config below projects, ready for one process."""

    def read(path: str) -> Config:
        cfg = Config.fromfile(ROOT / 'projects' / path)
        init_default_scope('mmaction')
        for part in ('train', 'test'):
            loader = cfg[f'{part}_dataloader']
            loader.update(
                batch_size=4, num_workers=0, persistent_workers=False
            )
        return cfg

    return read


@pytest.fixture
def train_step() -> Callable:
    """Function that makes one update of a config's model, and tests it.

    Gives the model, its losses, and the first sample of the test.
    """

    def step(cfg: Config) -> tuple:
        torch.manual_seed(0)
        model = MODELS.build(cfg.model)
        model.init_weights()
        train, test = (
            next(iter(Runner.build_dataloader(cfg[f'{part}_dataloader'], 0)))
            for part in ('train', 'test')
        )
        params = [p for p in model.parameters() if p.requires_grad]
        optimizer = torch.optim.SGD(params, lr=0.01)
        data = model.train().data_preprocessor(train, True)
        losses = model(**data, mode='loss')
        sum(v for k, v in losses.items() if 'loss' in k).backward()
        optimizer.step()
        with torch.no_grad():
            sample = model.eval().test_step(test)[0]
        return model, losses, sample

    return step


@pytest.fixture
def train_with_mim(tmp_path) -> Callable:
    """Function that trains a config for an epoch and gives the checkpoint."""

    def train(config: str, *options: str, **variables: object) -> Path:
        work = tmp_path / Path(config).stem
        words = ['mim', 'train', 'mmaction2', config, '--work-dir', str(work)]
        options = (
            'train_cfg.max_epochs=1',
            'train_dataloader.sampler.min_clips=None',
            *options,
        )
        path = f'{Path(sys.executable).parent}:{os.environ["PATH"]}'
        done = subprocess.run(
            [*words, '--cfg-options', *options],
            cwd=ROOT,
            env={
                **os.environ,
                'PATH': path,
                'PYTHONPATH': str(ROOT),
                **{key: str(value) for key, value in variables.items()},
            },
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert done.returncode == 0, done.stdout[-6000:]
        return work / 'epoch_1.pth'

    return train
