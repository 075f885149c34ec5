"""A resumed run without a seed goes on as it began."""

import itertools

import pytest
import torch
from mmengine.hooks import Hook
from mmengine.model import BaseModel
from mmengine.runner import Runner

NAMES = (f'sampler_seed_{i}' for i in itertools.count())


class Line(BaseModel):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, inputs, mode='tensor'):
        return dict(loss=self.linear(torch.stack(inputs)).square().mean())


class Points(torch.utils.data.Dataset):
    metainfo = dict()

    def __len__(self):
        return 12

    def __getitem__(self, index):
        return dict(inputs=torch.tensor([float(index)]))


class Order(Hook):
    def __init__(self):
        self.seen = {}

    def after_train_iter(self, runner, batch_idx, data_batch, outputs=None):
        drawn = [int(x) for x in data_batch['inputs']]
        self.seen.setdefault(runner.epoch, []).extend(drawn)


def train(work_dir, load_from=None, sampler_seed=None, **randomness):
    order = Order()
    Runner(
        model=Line(),
        work_dir=str(work_dir),
        train_dataloader=dict(
            batch_size=4,
            dataset=Points(),
            sampler=dict(
                type='SkeletonSampler',
                shuffle=True,
                **({} if sampler_seed is None else dict(seed=sampler_seed)),
            ),
        ),
        train_cfg=dict(by_epoch=True, max_epochs=4),
        optim_wrapper=dict(optimizer=dict(type='SGD', lr=0.1)),
        default_hooks=dict(
            sampler_seed=dict(type='SamplerSeedHook'),
            checkpoint=dict(type='CheckpointHook', interval=1),
        ),
        custom_hooks=[order, dict(type='PlainCheckpointHook')],
        randomness=randomness,
        default_scope='mmaction',
        load_from=load_from,
        resume=load_from is not None,
        experiment_name=next(NAMES),
    ).train()
    return order.seen


@pytest.mark.parametrize(
    'randomness', [dict(seed=None), dict(seed=3)], ids=str
)
def test_resumed_order_is_the_first_runs(tmp_path, randomness):
    whole = train(tmp_path / 'a', **randomness)
    assert whole[0] != whole[1]
    resumed = train(
        tmp_path / 'b', load_from=str(tmp_path / 'a/epoch_2.pth'), **randomness
    )
    assert resumed == {2: whole[2], 3: whole[3]}


def test_another_seed_is_another_order(tmp_path):
    assert train(tmp_path / 'a', seed=1) != train(tmp_path / 'b', seed=2)


def test_a_seed_of_the_sampler_itself_stays(tmp_path):
    whole = train(tmp_path / 'a', sampler_seed=5, seed=1)
    other = train(tmp_path / 'b', sampler_seed=5, seed=2)
    assert whole == other
    checkpoint = str(tmp_path / 'a/epoch_2.pth')
    resumed = train(tmp_path / 'c', checkpoint, sampler_seed=5, seed=3)
    assert resumed == {2: whole[2], 3: whole[3]}
