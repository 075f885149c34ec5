"""Which clips a probe sees, and through which pipeline."""

from pathlib import Path

import pytest
import torch
from mmaction.registry import TRANSFORMS
from mmengine.config import Config
from mmengine.registry import init_default_scope

from skeletonmae_plugin.datasets import skeleton_collate
from skeletonmae_plugin.evaluation.probe_data import (
    probe_loaders,
    train_as_test,
    unmasked,
)

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'


@pytest.fixture
def load(made_data):
    def make(name):
        init_default_scope('mmaction')
        cfg = Config.fromfile(CONFIGS / name)
        for part in ('train', 'test'):
            cfg[f'{part}_dataloader'].dataset.ann_file = str(made_data('toy'))
        return cfg

    return make


def test_the_function_that_collates_may_stand_for_its_name(load):
    cfg = load('strl_scratch_toy.py')
    named, _ = probe_loaders(cfg)
    for part in ('train', 'test'):
        cfg[f'{part}_dataloader'].collate_fn = dict(type=skeleton_collate)
    given, _ = probe_loaders(cfg)
    one, other = next(iter(named)), next(iter(given))
    assert torch.equal(one['inputs'], other['inputs'])


def test_masks_go_and_samples_come():
    dataset = dict(
        type='SkeletonDataset',
        pipeline=[
            dict(type='LoadSkeleton', layout='coco'),
            dict(type='MaskSkeletonParts', layout='coco'),
            dict(type='PackSkeletonInputs', data_samples=False),
        ],
    )
    got = unmasked(dataset)
    assert [step['type'] for step in got['pipeline']] == [
        'LoadSkeleton',
        'PackSkeletonInputs',
    ]
    assert got['pipeline'][1]['data_samples'] and got['test_mode']
    assert len(dataset['pipeline']) == 3  # left as it was
    assert not dataset['pipeline'][2]['data_samples']


def test_pretraining_and_recognition_give_the_same_clips(load):
    """The mask would otherwise show in centre and scale."""
    pretrain = probe_loaders(load('skeletonmae_pretrain_toy.py'))
    recognise = probe_loaders(load('strl_scratch_toy.py'))
    for ours, other in zip(pretrain, recognise, strict=True):
        for a, b in zip(ours, other, strict=True):
            assert 'mask' not in a
            assert torch.equal(a['inputs'], b['inputs'])
            names = [s.frame_dir for s in a['data_samples']]
            assert names == [s.frame_dir for s in b['data_samples']]


def test_training_clips_are_not_augmented(load):
    cfg = load('strl_scratch_toy.py')
    first, again = (
        next(iter(probe_loaders(cfg)[0]))['inputs'] for _ in range(2)
    )
    assert torch.equal(first, again)
    # The training split as a test set.
    cfg.test_dataloader.dataset.split = 'train'
    as_test = next(iter(probe_loaders(cfg)[1]))['inputs']
    assert torch.equal(first, as_test)


def test_wrappers_of_data_sets():
    plain = dict(type='SkeletonDataset', ann_file='a', pipeline=[1])
    test = dict(pipeline=[dict(type='LoadSkeleton')])
    repeated = dict(type='RepeatDataset', times=3, dataset=plain)
    got = train_as_test(repeated, test)
    assert got == dict(plain, pipeline=test['pipeline'], test_mode=True)
    joined = dict(type='ConcatDataset', datasets=[plain, repeated])
    assert train_as_test(joined, test)['datasets'] == [got, got]


def test_few_labels_stay_few(load):
    cfg = load('strl_scratch_toy.py')
    cfg.train_dataloader.dataset.labels_per_class = 1
    (batch,) = probe_loaders(cfg)[0]
    labels = [int(s.gt_label) for s in batch['data_samples']]
    assert len(set(labels)) == len(labels) == 8  # of 16 clips


@pytest.mark.parametrize('scope', ['', 'mmaction.', None])
def test_masks_are_known_by_their_class(scope):
    def kind(name):
        return TRANSFORMS.get(name) if scope is None else f'{scope}{name}'

    steps = [kind('MaskSkeletonParts'), kind('PackSkeletonInputs')]
    steps_cfg = [dict(type=step) for step in steps]
    got = unmasked(dict(type='SkeletonDataset', pipeline=steps_cfg))
    (pack,) = got['pipeline']
    assert pack == dict(type=steps[1], data_samples=True)


def test_joined_test_sets_are_probed(load):
    cfg = load('skeletonmae_pretrain_toy.py')
    plain = [s.dataset for s in probe_loaders(cfg)]
    test = cfg.test_dataloader.dataset
    cfg.test_dataloader.dataset = dict(
        type='ConcatDataset',
        datasets=[test, dict(type='RepeatDataset', times=2, dataset=test)],
    )
    train, tested = (s.dataset for s in probe_loaders(cfg))
    assert len(train) == len(plain[0])
    assert len(tested) == 2 * len(plain[1])
    assert 'mask' not in tested[0] and 'data_samples' in tested[0]
