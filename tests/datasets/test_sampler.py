import pickle
from collections import Counter
from pathlib import Path

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from mmaction.registry import DATA_SAMPLERS
from mmengine.config import Config
from mmengine.dataset import (
    ConcatDataset,
    RepeatDataset,
    pseudo_collate,
    sampler,
)
from mmengine.runner import Runner

from skeletonmae_plugin.datasets import SkeletonDataset, SkeletonSampler
from skeletonmae_plugin.datasets.sampler import DrawIndex

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'


def test_a_draw_survives_wrappers_and_workers():
    index = pickle.loads(pickle.dumps(DrawIndex(25)))
    assert (index % 10, index - 5) == (5, 20)
    assert ((index % 10).draw, (index - 5).draw) == (25, 25)
    assert ((index - 5) % 4).draw == 25


def epochs(dataset, workers, epochs=2, seed=7, persistent=None, start=0):
    """Inputs (epochs, clips, ...) as Runner's loaders give them."""
    loader = Runner.build_dataloader(
        dict(
            batch_size=3,
            num_workers=workers,
            persistent_workers=workers > 0
            if persistent is None
            else persistent,
            sampler=dict(type='SkeletonSampler', shuffle=True),
            dataset=dataset,
        ),
        seed=seed,
    )
    assert isinstance(loader.sampler, SkeletonSampler)
    inputs, order = [], []
    for epoch in range(start, epochs):
        loader.sampler.set_epoch(epoch)
        batches = list(loader)
        inputs.append(torch.cat([torch.stack(b['inputs']) for b in batches]))
        order.append([s.frame_dir for b in batches for s in b['data_samples']])
    return inputs, order


@pytest.fixture
def dataset(skeleton_file, pipeline):
    return SkeletonDataset(
        skeleton_file(),
        'coco',
        split='train',
        pipeline=pipeline(mask=dict(num_masked_parts=2)),
    )


@pytest.mark.parametrize('persistent', [True, False])
def test_workers_and_restarts_change_nothing(dataset, persistent):
    ours, order = epochs(dataset, 0)
    theirs, their_order = epochs(dataset, 2, persistent=persistent)
    assert order == their_order and order[0] != order[1]
    torch.testing.assert_close(ours, theirs, rtol=0, atol=0)
    resumed, _ = epochs(dataset, 0, start=1)
    torch.testing.assert_close(ours[1:], resumed, rtol=0, atol=0)


def test_every_epoch_and_seed_draws_anew(dataset):
    (first, second), order = epochs(dataset, 0)
    same = [order[1].index(name) for name in order[0]]
    assert (first != second[same]).flatten(1).any(1).all()
    (other, _), other_order = epochs(dataset, 0, seed=8)
    same = [other_order[0].index(name) for name in order[0]]
    assert (first != other[same]).flatten(1).any(1).all()


@pytest.mark.parametrize(
    'wrap',
    [
        lambda dataset: RepeatDataset(dataset, 2),
        lambda dataset: ConcatDataset([dataset, dataset]),
    ],
)
def test_wrappers_and_repeats(dataset, wrap):
    inputs, order = epochs(wrap(dataset), 2)
    assert len(order[0]) == 16 and len(set(order[0])) == 8
    # The two draws of a clip within an epoch differ as well.
    assert len(torch.unique(torch.cat(inputs).flatten(1), dim=0)) == 32
    again, _ = epochs(wrap(dataset), 0)
    torch.testing.assert_close(inputs, again, rtol=0, atol=0)


def test_a_test_is_the_same_for_any_sampler(skeleton_file, pipeline):
    dataset = SkeletonDataset(
        skeleton_file(),
        'coco',
        test_mode=True,
        pipeline=pipeline(mask=dict(num_masked_parts=2), train=False),
    )
    dataset.set_clock(1, 1)
    first = dataset[4]
    dataset.set_clock(2, 5)
    second = dataset[4]
    assert (first['mask'] == second['mask']).all() and first['mask'].any()
    assert (first['inputs'] == second['inputs']).all()
    masks = torch.stack([dataset[i]['mask'] for i in range(12)])
    assert (masks != masks[:1]).any()


def test_the_stock_sampler_still_draws_anew(dataset):
    loader = Runner.build_dataloader(
        dict(
            batch_size=8,
            num_workers=0,
            dataset=dataset,
            sampler=dict(type='DefaultSampler', shuffle=False),
        )
    )
    first, second = (
        pseudo_collate([b])['inputs'][0] for _ in range(2) for b in loader
    )
    assert all((a != b).any() for a, b in zip(first, second, strict=True))


def test_on_several_gpus_a_clip_is_tested_once(monkeypatch):
    cfg = Config.fromfile(CONFIGS / '_base_/datasets/skeleton.py')
    for loader in (cfg.val_dataloader, cfg.test_dataloader):
        drawn = []
        for rank in range(3):
            monkeypatch.setattr(
                sampler, 'get_dist_info', lambda rank=rank: (rank, 3)
            )
            drawn += DATA_SAMPLERS.build(
                dict(loader.sampler, dataset=range(7), seed=0)
            )
        assert sorted(drawn) == list(range(7))


def test_a_subset_hears_of_the_epoch(dataset):
    inputs, _ = epochs(dataset.get_subset([0, 1, 2]), 2)
    assert len(torch.unique(torch.cat(inputs).flatten(1), dim=0)) == 6


@given(
    clips=st.integers(1, 30),
    min_clips=st.none() | st.integers(1, 90),
    max_clips=st.none() | st.integers(1, 90),
    world=st.integers(1, 4),
    round_up=st.booleans(),
    seed=st.integers(0, 99),
)
def test_an_epoch_draws_enough_and_not_too_much(
    clips, min_clips, max_clips, world, round_up, seed
):
    assume(max_clips is None or max_clips >= (min_clips or 0))
    total = max(clips, min_clips or 0)
    total = min(total, max_clips or total)
    bounds = dict(min_clips=min_clips, max_clips=max_clips)
    samplers, drawn = [], []
    for rank in range(world):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sampler, 'get_dist_info', lambda r=rank: (r, world))
            samplers.append(
                SkeletonSampler(range(clips), True, seed, round_up, **bounds)
            )
        drawn.append(list(samplers[-1]))
        assert len(samplers[-1]) == len(drawn[-1])
    order = [
        index
        for step in range(len(drawn[0]))
        for own in drawn
        for index in own[step : step + 1]
    ]
    assert len(order) == (-(-total // world) * world if round_up else total)
    rest, order = order[total:], order[:total]
    assert rest == (order * world)[: len(rest)]
    # No clip more than once oftener than another, no two draws alike.
    often = Counter(order)
    assert max(often.values()) - min(often[i] for i in range(clips)) <= 1
    assert len({index.draw for index in order}) == total
    assert all(index.draw % clips == index for index in order)
    # The stock order, then others.
    stock = sampler.DefaultSampler(range(clips), True, seed)
    assert order[:clips] == list(stock)[:total]
    if clips > 9 and total >= 2 * clips:
        assert order[:clips] != order[clips : 2 * clips]
    samplers[0].set_epoch(1)
    if clips > 9 and total > 9 and world == 1:
        assert list(samplers[0]) != drawn[0]


def test_every_draw_of_a_small_set_is_another(dataset):
    loader = Runner.build_dataloader(
        dict(
            batch_size=4,
            num_workers=0,
            sampler=dict(type='SkeletonSampler', min_clips=20),
            dataset=dataset,
        ),
        seed=0,
    )
    inputs = torch.cat([torch.stack(batch['inputs']) for batch in loader])
    assert len(loader) == 5 and len(inputs) == 20
    assert len(torch.unique(inputs.flatten(1), dim=0)) == 20


def test_a_number_of_clips_that_makes_no_sense():
    with pytest.raises(ValueError, match='min_clips must be at least 1'):
        SkeletonSampler(range(3), min_clips=0)
    with pytest.raises(ValueError, match='less than min_clips=9'):
        SkeletonSampler(range(3), min_clips=9, max_clips=8)
    with pytest.raises(ValueError, match='max_clips must be at least 1'):
        SkeletonSampler(range(3), max_clips=0)
    with pytest.raises(ValueError, match='leave it out of a test'):
        SkeletonSampler(range(3), shuffle=False, min_clips=9)
