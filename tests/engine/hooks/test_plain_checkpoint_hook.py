import copy
import itertools

import numpy as np
import pytest
import torch
from mmengine.hooks import Hook
from mmengine.logging import HistoryBuffer
from mmengine.model import BaseModel
from mmengine.runner import CheckpointLoader, Runner
from torch.serialization import get_unsafe_globals_in_checkpoint

from skeletonmae_plugin import compat
from skeletonmae_plugin.engine import PlainCheckpointHook

NAMES = (f'plain_checkpoint_{i}' for i in itertools.count())


class Line(BaseModel):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.linear = torch.nn.Linear(2, 1)
        self.norm = torch.nn.BatchNorm1d(2)

    def forward(self, inputs, mode='tensor'):
        points = self.norm(torch.stack(inputs))
        return dict(loss=self.linear(points).square().mean())


class Points(torch.utils.data.Dataset):
    metainfo = dict(classes=('a', 'b'))

    def __len__(self):
        return 6

    def __getitem__(self, index):
        return dict(inputs=torch.tensor([index, index**2]).float())


class NumpyInfo(Hook):
    """Leaves numpy in the hub, as LoggerHook and save_best do."""

    def after_train_iter(self, runner, batch_idx, data_batch, outputs):
        hub = runner.message_hub
        hub.update_info('best', np.float64(runner.iter))
        hub.update_info('array', np.arange(3))


def build(work_dir, hooks=('PlainCheckpointHook',), **kwargs):
    return Runner(
        model=Line(),
        work_dir=str(work_dir),
        train_dataloader=dict(
            batch_size=2,
            dataset=Points(),
            sampler=dict(type='DefaultSampler', shuffle=False),
        ),
        train_cfg=dict(by_epoch=True, max_epochs=4),
        optim_wrapper=dict(optimizer=dict(type='AdamW', lr=0.1)),
        param_scheduler=dict(type='CosineAnnealingLR', T_max=4),
        custom_hooks=[
            dict(type='EMAHook'),
            NumpyInfo(),
            *(dict(type=hook) for hook in hooks),
        ],
        default_hooks=dict(logger=dict(type='LoggerHook', interval=1)),
        default_scope='mmaction',
        log_level='ERROR',
        experiment_name=next(NAMES),
        **kwargs,
    )


def resume(path, work_dir, **kwargs):
    """Resume at epoch 2 and run to epoch 4."""
    runner = build(work_dir, load_from=str(path), resume=True, **kwargs)
    runner.train()
    return runner


def history(runner):
    buffer = runner.message_hub.get_scalar('train/loss')
    return type(buffer), buffer.data[0].tolist(), buffer.data[1].tolist()


def weights(runner):
    """Return the last checkpoint's weights, averaged ones included."""
    path = f'{runner.work_dir}/epoch_4.pth'
    file = CheckpointLoader.load_checkpoint(path, 'cpu')
    return {
        **file['state_dict'],
        **{f'ema.{k}': v for k, v in file['ema_state_dict'].items()},
    }


@pytest.fixture(scope='module')
def uninterrupted(tmp_path_factory):
    runner = build(tmp_path_factory.mktemp('plain'))
    runner.train()
    return runner


@pytest.fixture(scope='module')
def stock_file(tmp_path_factory):
    runner = build(tmp_path_factory.mktemp('stock'), hooks=())
    runner.train()
    return f'{runner.work_dir}/epoch_2.pth'


@pytest.fixture
def plain_file(uninterrupted):
    return f'{uninterrupted.work_dir}/epoch_2.pth'


def check_same_run(runner, uninterrupted):
    expected = weights(uninterrupted)
    actual = weights(runner)
    assert actual.keys() == expected.keys()
    for name, value in expected.items():
        assert torch.equal(actual[name], value), name


def test_saved_file_needs_no_allowed_global(plain_file):
    assert get_unsafe_globals_in_checkpoint(plain_file) == []
    info = torch.load(plain_file)['message_hub']['runtime_info']
    assert type(info['best']) is float
    assert info['array'].tolist() == [0, 1, 2]


def test_stock_file_needs_some(stock_file):
    assert 'builtins.getattr' in get_unsafe_globals_in_checkpoint(stock_file)


def test_resume_from_plain_equals_uninterrupted(
    plain_file, uninterrupted, tmp_path
):
    runner = resume(plain_file, tmp_path)
    check_same_run(runner, uninterrupted)
    assert history(runner) == history(uninterrupted)
    assert history(runner)[0] is HistoryBuffer


def test_resume_from_stock_equals_uninterrupted(
    stock_file, uninterrupted, tmp_path
):
    runner = resume(stock_file, tmp_path)
    check_same_run(runner, uninterrupted)
    assert history(runner) == history(uninterrupted)


def test_stock_mmengine_resumes_plain(
    plain_file, uninterrupted, tmp_path, monkeypatch
):
    """Without our loader and our hook: only the log history starts anew."""

    def load_from_local(filename, map_location):
        return torch.load(filename, map_location=map_location)

    monkeypatch.setitem(CheckpointLoader._schemes, '', load_from_local)
    runner = resume(plain_file, tmp_path, hooks=())
    monkeypatch.setitem(CheckpointLoader._schemes, '', compat.load_from_local)
    check_same_run(runner, uninterrupted)
    assert len(history(runner)[1]) == 6


def test_live_message_hub_is_not_changed():
    buffer = HistoryBuffer([1.0], [1])
    hub = dict(
        log_scalars=dict(loss=buffer), runtime_info=dict(x=np.float64(1))
    )
    before = copy.copy(hub['log_scalars']), copy.copy(hub['runtime_info'])
    checkpoint = dict(message_hub=hub, state_dict={})
    PlainCheckpointHook().before_save_checkpoint(None, checkpoint)
    assert checkpoint['message_hub'] is not hub
    assert (hub['log_scalars'], hub['runtime_info']) == before
    assert hub['log_scalars']['loss'] is buffer
    assert type(hub['runtime_info']['x']) is np.float64


def test_file_of_weights_only_passes_through():
    checkpoint = dict(weight=torch.ones(2))
    PlainCheckpointHook().after_load_checkpoint(None, checkpoint)
    assert checkpoint.keys() == {'weight'}
