"""The clock of a real training."""

import pytest
import torch
from torch.utils.data import DataLoader

from skeletonmae_plugin.benchmark.rows.end_to_end import fractions, preload
from skeletonmae_plugin.benchmark.training import (
    count_epoch_clips,
    run_training,
)


def quick_config(bench):
    cfg = bench.config('skeletonmae_pretrain')
    cfg.train_dataloader.update(num_workers=0, persistent_workers=False)
    return cfg


def test_epochs_and_steps_are_timed_by_turns(bench, capfd):
    clock = run_training(bench, quick_config(bench), with_steps=True)
    assert len(clock.epochs) == len(clock.steps) == bench.sizes.num_epochs
    assert all(rate > 0 for rate in fractions(clock))
    # What the runner says must not tear the progress bar.
    assert capfd.readouterr() == ('', '')
    assert 'Epoch(train)' in (bench.folder / 'training.log').read_text()


def test_frames_can_live_on_the_device(bench):
    cfg = preload(bench.config('skeletonmae_pretrain'))
    clock = run_training(bench, cfg, with_steps=True)
    assert len(clock.steps) == bench.sizes.num_epochs


@pytest.mark.parametrize(
    'name', ['skeletonmae_pretrain', 'strl_scratch', 'stgcnpp']
)
def test_an_epoch_is_every_made_clip_once(bench, name):
    """Though small sets are drawn several times as shipped, views or not."""
    loader = bench.loader(bench.config(name))
    assert count_epoch_clips(loader) == bench.sizes.num_clips


@pytest.mark.parametrize('drop_last, expected', [(False, 10), (True, 8)])
def test_clips_of_an_epoch(drop_last, expected):
    data = torch.arange(10)
    loader = DataLoader(data, batch_size=4, drop_last=drop_last)
    assert count_epoch_clips(loader) == expected
