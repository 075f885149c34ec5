import json
import logging

import pytest
import torch
from mmengine.logging import MMLogger
from mmengine.model import BaseModel
from mmengine.runner import Runner
from torch import nn
from torch.utils.data import Dataset

from skeletonmae_plugin.engine.hooks import (
    CollapseMonitorHook,
    collapse_monitor_hook,
)
from skeletonmae_plugin.engine.hooks.collapse_monitor_hook import (
    _ADVICE,
    resize_valid,
)
from skeletonmae_plugin.models.targets import EMATarget


class Clips(Dataset):
    def __len__(self):
        return 16

    def __getitem__(self, index):
        return torch.randn(1, 4, 3, 2)  # (M, T, V, C)


class Backbone(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(2, 8)
        self.gain = 1.0

    def forward(self, x, mask=None, valid=None):
        return (self.linear(x) * self.gain + 1).permute(0, 1, 4, 2, 3)


class Target(nn.Module):
    def forward(self, x, valid):
        return x.repeat(1, 1, 1, 1, 2), valid


class Model(BaseModel):
    def __init__(self):
        super().__init__()
        self.backbone = Backbone()
        self.target = Target()

    def forward(self, inputs, mode='loss'):
        x = torch.stack(inputs) if isinstance(inputs, list) else inputs
        valid = torch.ones(x.shape[:-1], dtype=bool)
        valid[:, :, :, -1] = False
        # What lies at invalid places must not be measured.
        x = torch.where(valid[..., None], x, 1e4)
        target, _ = self.target(x, valid)
        latent = self.backbone(x, None, valid)
        return dict(loss=latent[..., :2].square().mean())


class Collate:
    def __call__(self, batch):
        return dict(inputs=torch.stack(batch))


def make_runner(tmp_path, hook, model=None, epochs=2):
    name = tmp_path.name
    return Runner(
        model=model or Model(),
        work_dir=str(tmp_path),
        train_dataloader=dict(
            dataset=Clips(),
            sampler=dict(type='DefaultSampler', shuffle=False),
            collate_fn=Collate(),
            batch_size=2,
        ),
        train_cfg=dict(by_epoch=True, max_epochs=epochs),
        optim_wrapper=dict(optimizer=dict(type='SGD', lr=0.0)),
        default_hooks=dict(logger=dict(type='LoggerHook', interval=4)),
        custom_hooks=[hook],
        experiment_name=name,
        randomness=dict(seed=0),
    )


def read_log(tmp_path):
    (file,) = tmp_path.glob('*/vis_data/scalars.json')
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_logged_at_valid_places_and_hooks_removed(tmp_path):
    runner = make_runner(tmp_path, dict(type=CollapseMonitorHook, interval=4))
    runner.train()
    rows = read_log(tmp_path)
    assert len(rows) == 4
    for row in rows:
        assert row['target_spread'] > 0.8  # would be 0.7 with x = 1e4
        assert row['target_effective_rank'] == pytest.approx(2, abs=0.25)
        assert 1.5 < row['latent_effective_rank'] < 2.01
    for module in runner.model.modules():
        assert not module._forward_hooks


def test_only_due_iterations(tmp_path):
    runner = make_runner(tmp_path, dict(type=CollapseMonitorHook, interval=8))
    runner.train()
    history = runner.message_hub.get_scalar('train/latent_spread').data[0]
    assert len(history) == 2  # 16 iterations


def test_warns_once_per_fall(tmp_path, monkeypatch):
    model = Model()
    hook = CollapseMonitorHook(interval=1)
    runner = make_runner(tmp_path, hook, model)
    gains = iter([1.0] * 4 + [1e-9] * 4 + [1.0] * 4 + [1e-9] * 4)
    forward = model.backbone.forward

    def with_gain(*args):
        model.backbone.gain = next(gains)
        return forward(*args)

    monkeypatch.setattr(model.backbone, 'forward', with_gain)
    messages = []
    handler = logging.Handler()
    handler.emit = lambda record: messages.append(record.getMessage())
    MMLogger.get_current_instance().addHandler(handler)
    runner.train()
    falls = [m for m in messages if 'latent_spread fell' in m]
    assert len(falls) == 2
    assert 'Lower the learning rate' in falls[0]
    assert not any('target_spread fell' in m for m in messages)


def test_coordinates_are_not_judged():
    hook = CollapseMonitorHook(min_spread=2.0)
    logged, warned = {}, []
    hook._judge = lambda *args: warned.append(args)

    class Hub:
        update_scalar = staticmethod(logged.__setitem__)

    class FakeRunner:
        message_hub = Hub

    hook._report(FakeRunner, 'target', torch.randn(20, 3))
    assert 'train/target_spread' in logged and not warned
    hook._report(FakeRunner, 'latent', torch.randn(20, 4))
    assert len(warned) == 2


def test_at_most_max_vectors():
    hook = CollapseMonitorHook(max_vectors=10)
    x = torch.arange(64.0).reshape(1, 2, 4, 8, 1)
    valid = torch.ones(1, 2, 4, 8, dtype=bool)
    valid[0, 0, 0] = False
    picked = hook._pick(x, valid)
    assert 2 <= len(picked) <= 10 and picked.min() >= 8
    assert not len(hook._pick(x, torch.zeros_like(valid)))
    assert hook._pick(x, None).min() == 0


def test_resize_valid():
    valid = torch.zeros(1, 2, 4, 3, dtype=bool)
    valid[0, 1, 2:] = True
    halved = resize_valid(valid, torch.Size([1, 2, 2, 3]))
    assert halved[0, 1].tolist() == [[False] * 3, [True] * 3]
    pooled = resize_valid(valid, torch.Size([1, 1, 4, 3]))
    assert torch.equal(pooled[0, 0], valid[0, 1])
    assert resize_valid(valid, valid.shape) is not None


def test_wrong_model_is_named(tmp_path):
    model = Model()
    del model.target
    runner = make_runner(
        tmp_path, dict(type=CollapseMonitorHook, interval=1), model
    )
    with pytest.raises(ValueError, match='no target.*collapse=None'):
        runner.train()
    with pytest.raises(ValueError, match='interval >= 1'):
        CollapseMonitorHook(interval=0)


@pytest.mark.parametrize('coords', [2, 3])
def test_an_embedding_of_few_coordinates_is_no_collapse(coords):
    """It has as many directions as coordinates, however wide it is."""
    hook, warned = CollapseMonitorHook(), []
    hook._judge = lambda key, value, threshold: warned.append(
        key if value < threshold else None
    )

    class FakeRunner:
        class message_hub:  # noqa: N801
            update_scalar = staticmethod(lambda key, value: None)

    torch.manual_seed(0)
    wide = torch.randn(500, coords) @ torch.randn(coords, 64)
    hook._report(FakeRunner, 'target', wide)
    assert warned == [None, None]
    # Of a latent it would be one, and so is a target on a line.
    warned.clear()
    hook._report(FakeRunner, 'latent', wide)
    hook._report(FakeRunner, 'target', wide[:, :1] * torch.ones(64))
    hook._report(FakeRunner, 'target', wide / 20 + 5)
    assert warned == [
        *(None, 'latent_effective_rank'),
        *(None, 'target_effective_rank'),
        *('target_spread', None),
    ]


@pytest.mark.parametrize('bad', [float('nan'), float('inf')])
def test_a_network_that_diverges_is_warned_of_not_stopped(bad, monkeypatch):
    told = []
    monkeypatch.setattr(
        collapse_monitor_hook, 'print_log', lambda text, **_: told.append(text)
    )

    class FakeRunner:
        message_hub = type('Hub', (), dict(update_scalar=lambda *_: None))

    x = torch.randn(20, 8)
    x[3, 1] = bad
    hook = CollapseMonitorHook()
    hook._report(FakeRunner, 'latent', x)
    hook._report(FakeRunner, 'latent', x)
    assert [text.split(':')[0] for text in told] == [
        'latent_spread',
        'latent_effective_rank',
    ]
    assert all('the model has diverged' in text for text in told)


def test_the_advice_is_for_our_teacher():
    # Its momentum is the share of the network that is trained.
    network = torch.nn.Linear(1, 1)
    slow, fast = EMATarget(0.01), EMATarget(0.9)
    for target in (slow, fast):
        target.attach(network)
        target.teacher.update_parameters(network)  # copies
    with torch.no_grad():
        network.weight += 1
    for target in (slow, fast):
        target.teacher.update_parameters(network)
    now = network.weight.item()
    far = [now - t.teacher.module.weight.item() for t in (slow, fast)]
    assert far[0] > far[1] > 0
    assert 'smaller momentum of EMATarget' in _ADVICE['target']
