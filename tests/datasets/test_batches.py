"""Whole batches are what their clips would be alone."""

import pickle
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from mmaction.registry import DATASETS, MODELS, TRANSFORMS
from mmcv.transforms import BaseTransform
from mmengine.config import Config
from mmengine.dataset import ConcatDataset, RepeatDataset
from mmengine.registry import init_default_scope
from mmengine.runner import Runner

from skeletonmae_plugin.datasets import SkeletonDataset, skeleton_collate
from skeletonmae_plugin.datasets.packing import pack
from skeletonmae_plugin.datasets.sampler import DrawIndex
from skeletonmae_plugin.datasets.steps import complete_steps

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'
SETS = ('jhmdb', 'ntu60', 'nwucla', 'routine16', 'sbu', 'toy')
PIPELINES = (
    'strl_pipeline',
    'strl_test_pipeline',
    'pretrain_pipeline',
    'pretrain_test_pipeline',
    'paper_pipeline',
    'pretrain_paper_pipeline',
    'pretrain_paper_test_pipeline',
)


@pytest.fixture(scope='module', autouse=True)
def _scope_of_module():
    init_default_scope('mmaction')


@cache
def config(name):
    cfg = Config.fromfile(CONFIGS / f'_base_/datasets/{name}.py')
    for pipeline in PIPELINES:
        cfg[pipeline] = complete_steps(cfg[pipeline], **cfg.facts)
    return cfg


@pytest.fixture(scope='module')
def worn_data(made_data, tmp_path_factory):
    """Function that gives made clips of a set with all sorts of gaps."""
    folder = tmp_path_factory.mktemp('worn')

    @cache
    def make(name):
        data = pickle.loads(Path(made_data(name)).read_bytes())
        rng = np.random.default_rng(0)
        for place, clip in enumerate(data['annotations']):
            keypoint = clip['keypoint'].copy()
            missing = rng.random(keypoint.shape[:3]) < 0.2
            keypoint[missing] = [0, np.nan, np.inf][place % 3]
            if place % 5 == 0:  # one frame
                keypoint = keypoint[:, :1]
            if place % 4 == 0:  # one person more, who is seen less
                keypoint = np.concatenate([keypoint * 0, keypoint])
                keypoint[0, 0, 0] = 1
            clip.update(keypoint=keypoint, total_frames=keypoint.shape[1])
            if 'keypoint_score' in clip:
                score = rng.random(keypoint.shape[:3])
                clip['keypoint_score'] = score.astype(np.float16)
            if place % 7 == 0:
                clip.pop('keypoint_score', None)
            if place % 6 == 0:
                del clip['label']
            if place % 8 == 0:
                clip.pop('img_shape', None)
            if place % 3 == 0:
                clip.pop('original_shape', None)
        path = folder / f'{name}.pkl'
        path.write_bytes(pickle.dumps(data))
        return str(path)

    return make


def build(path, layout, pipeline, **options):
    dataset = SkeletonDataset(path, layout, pipeline, **options)
    dataset.set_clock(5, 3)
    return dataset


def assert_same_batch(batch, clips, exact=False):
    """A whole batch, and the list of its clips packed alone."""
    rtol, atol = (0, 0) if exact else (1e-5, 1e-5)
    assert batch.keys() == clips[0].keys()
    for key in batch.keys() - {'data_samples'}:
        torch.testing.assert_close(
            batch[key],
            torch.cat([clip[key] for clip in clips]),
            rtol=rtol,
            atol=atol,
        )
    for sample, clip in zip(
        batch.get('data_samples', ()), clips, strict='data_samples' in batch
    ):
        alone = clip['data_samples']
        assert ('gt_label' in sample) == ('gt_label' in alone)
        if 'gt_label' in alone:
            assert torch.equal(sample.gt_label, alone.gt_label)
        ours, theirs = sample.metainfo, alone.metainfo
        assert ours.keys() == theirs.keys()
        for key, value in theirs.items():
            if isinstance(value, np.ndarray):
                np.testing.assert_allclose(
                    ours[key], value, rtol, atol * np.abs(value).max()
                )
            else:
                assert ours[key] == value and type(ours[key]) is type(value)


@pytest.mark.parametrize('name', SETS)
@pytest.mark.parametrize('pipeline', PIPELINES)
@pytest.mark.parametrize('num_clips', [1, 3])
def test_a_batch_is_its_clips(worn_data, name, pipeline, num_clips):
    cfg = config(name)
    steps = [dict(step) for step in cfg[pipeline]]
    steps[2]['num_clips'] = num_clips
    options = dict(test_mode='test' in pipeline)
    path = worn_data(name)
    alone = build(path, cfg.layout, steps, **options)
    whole = build(path, cfg.layout, steps, batched=True, **options)
    indices = [
        DrawIndex(i, draw) for draw, i in enumerate([7, 0, 5, 3, 7, -1])
    ]
    batch = skeleton_collate(whole.__getitems__(indices))
    assert len(batch['inputs']) == 6 * num_clips
    assert_same_batch(batch, [alone[i] for i in indices])
    # And alike in a batch of its own.
    (index,) = indices[3:4]
    torch.testing.assert_close(
        whole.__getitems__([index])['inputs'],
        batch['inputs'][3 * num_clips : 4 * num_clips],
        rtol=1e-6,
        atol=1e-6,
    )


@settings(deadline=None, max_examples=15)
@given(data=st.data())
def test_grouping_does_not_matter(worn_data, data):
    cfg = config('toy')
    dataset = whole_toy(worn_data('toy'))
    count = data.draw(st.integers(1, 9))
    indices = [
        DrawIndex(data.draw(st.integers(0, 23)), 100 + i) for i in range(count)
    ]
    cuts = sorted(data.draw(st.sets(st.integers(1, count)))) + [count]
    groups = [
        indices[a:b] for a, b in zip([0, *cuts], cuts, strict=False) if a < b
    ]
    joined = [dataset.__getitems__(group)['inputs'] for group in groups]
    torch.testing.assert_close(
        torch.cat(joined),
        dataset.__getitems__(indices)['inputs'],
        rtol=1e-5,
        atol=1e-5,
    )
    assert cfg.layout == 'coco'


@cache
def whole_toy(path, **options):
    cfg = config('toy')
    return build(
        path, cfg.layout, cfg.pretrain_paper_pipeline, batched=True, **options
    )


def loader(dataset, workers=0, **options):
    options = dict(
        dict(
            collate_fn=dict(type='skeleton_collate'),
            batch_size=5,
            num_workers=workers,
            persistent_workers=workers > 0,
            sampler=dict(type='SkeletonSampler', shuffle=True),
            dataset=dataset,
        ),
        **options,
    )
    return Runner.build_dataloader(options, seed=1)


def epochs(dataset, workers=0, **options):
    loaded = loader(dataset, workers, **options)
    inputs = []
    for epoch in range(2):
        loaded.sampler.set_epoch(epoch)
        for batch in loaded:
            rows = batch['inputs']
            if not isinstance(rows, torch.Tensor):
                rows = torch.cat(rows)
            inputs.append(rows)
    return torch.cat(inputs)


@pytest.fixture(scope='module')
def packed(worn_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp('packed') / 'toy'
    pack(worn_data('toy'), folder, 'coco')
    return str(folder)


def test_store_pickle_workers_and_preload_give_the_same(worn_data, packed):
    first = epochs(whole_toy(worn_data('toy')))
    assert len(first) == 48 and not torch.equal(first[:24], first[24:])
    for dataset, workers in (
        (whole_toy(worn_data('toy')), 2),
        (whole_toy(packed), 0),
        (whole_toy(packed), 2),
        (whole_toy(packed, preload='memory'), 2),
    ):
        torch.testing.assert_close(
            epochs(dataset, workers), first, rtol=0, atol=0
        )
    on_device = epochs(whole_toy(packed, preload='device')).cpu()
    torch.testing.assert_close(on_device, first, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    'options',
    [
        dict(split='train', classes=[1, 2]),
        dict(labels_per_class=1, label_seed=4),
        dict(indices=5),
        dict(indices=[3, -1]),
        dict(split=['test', 'train'], preload='memory'),
    ],
)
def test_a_store_is_chosen_from_like_a_pickle(
    worn_data, packed, options, tmp_path
):
    files = {}
    for path in (worn_data('toy'), packed):
        written = tmp_path / (Path(path).name + '.txt')
        dataset = SkeletonDataset(
            path, 'coco', subset_file=str(written), **options
        )
        files[path] = [dataset.get_data_info(i) for i in range(len(dataset))]
        subset = dataset.get_subset([1, 0])
        assert (
            subset.get_data_info(0)['frame_dir']
            == (files[path][1]['frame_dir'])
        )
        files[path].append(dict(text=written.read_text()))
        files[path].append(dict(classes=dataset.metainfo['classes']))
    for ours, theirs in zip(*files.values(), strict=True):
        assert ours.keys() == theirs.keys()
        for key, value in theirs.items():
            np.testing.assert_array_equal(ours[key], value)
            assert type(ours[key]) is type(value)


@pytest.mark.parametrize(
    'options, message',
    [
        (dict(split='no'), "no split 'no'; it has 'train', 'test'"),
        (dict(include=['gone']), "include: 1 of 1 clips are not.*'gone'"),
        (dict(classes=[99]), 'no clip has the label 99'),
        (dict(num_classes=3), r"clip '.*': label must be in \[0, 2\], got"),
        (dict(layout='jhmdb15'), "layout 'jhmdb15' has 15 joints but"),
        (dict(num_coordinates=3), 'clips have C=2 coordinates'),
    ],
)
def test_what_does_not_fit_a_store(packed, options, message):
    with pytest.raises(ValueError, match=rf'{packed}: .*{message}'):
        SkeletonDataset(packed, **{'layout': 'coco', **options})


def test_bad_labels_of_a_store_are_skipped(packed):
    few = SkeletonDataset(packed, 'coco', num_classes=3, on_bad_clip='skip')
    labels = [few.get_data_info(i).get('label', 0) for i in range(len(few))]
    assert 0 < len(few) < 24 and max(labels) < 3


def test_wrappers_get_single_clips(packed):
    dataset = whole_toy(packed)
    for wrapped in (
        RepeatDataset(dataset, 2),
        ConcatDataset([dataset, dataset]),
    ):
        inputs = epochs(wrapped)
        assert len(inputs) == 96
        # The two draws of a clip within an epoch differ as well.
        assert len(torch.unique(inputs.flatten(1), dim=0)) > 90


def test_a_subset_and_a_batch_of_one(packed):
    dataset = whole_toy(packed).get_subset([4, 9])
    assert len(epochs(dataset)) == 4
    batch = dataset.__getitems__([DrawIndex(1, 6)])
    alone = whole_toy(packed)
    torch.testing.assert_close(
        batch['inputs'], alone.__getitems__([DrawIndex(9, 6)])['inputs']
    )


def test_without_a_clock_numbers_are_drawn_anew(packed):
    cfg = config('toy')
    dataset = SkeletonDataset(
        packed, cfg.layout, cfg.paper_pipeline, batched=True
    )
    np.random.seed(0)
    first, second = (dataset.__getitems__([3, 4])['inputs'] for _ in 'ab')
    np.random.seed(0)
    again = dataset.__getitems__([3, 4])['inputs']
    assert torch.equal(first, again) and not torch.equal(first, second)


@TRANSFORMS.register_module()
class Foreign(BaseTransform):
    """A transform of somebody else."""

    def transform(self, results):
        return results


@pytest.mark.parametrize(
    'change, reason',
    [
        (lambda s: s.insert(3, dict(type='Foreign')), 'Foreign works on'),
        (lambda s: s.pop(0), 'it must begin with LoadSkeleton, Rank'),
        (lambda s: s.insert(1, dict(type='Foreign')), 'it must begin with'),
        (lambda s: s.pop(-1), 'it must end with PackSkeletonInputs'),
    ],
)
def test_other_pipelines_run_clip_by_clip(packed, log, change, reason):
    cfg = config('toy')
    steps = [dict(step) for step in cfg.strl_test_pipeline]
    change(steps)
    dataset = SkeletonDataset(
        packed, 'coco', steps, test_mode=True, batched=True
    )
    if 'Load' not in reason or steps[0]['type'] == 'LoadSkeleton':
        clips = dataset.__getitems__([0, 1])
        dataset.__getitems__([2])
        assert isinstance(clips, list) and len(clips) == 2
        assert skeleton_collate(clips).keys() == clips[0].keys()
    assert log().count(reason) == 1


@pytest.mark.parametrize(
    'options', [dict(transforms_on='model'), dict(preload='device')]
)
def test_single_clips_do_not_take_options_of_whole_batches(packed, options):
    steps = [*config('toy').strl_test_pipeline]
    steps.insert(3, dict(type='Foreign'))
    options = dict(options, test_mode=True, batched=True)
    with pytest.raises(ValueError, match='Foreign works on single clips'):
        SkeletonDataset(packed, 'coco', steps, **options)
    steps.pop(3)
    dataset = SkeletonDataset(packed, 'coco', steps, **options)
    dataset.pipeline.transforms.insert(3, Foreign())
    for _ in range(2):
        with pytest.raises(ValueError, match="transforms_on='worker' and pre"):
            dataset.__getitems__([0])


def test_all_facts_of_a_clip_may_be_kept(worn_data):
    facts = ['frame_dir', 'sample_idx', 'img_shape', 'original_shape']
    facts += ['test_mode']
    steps = [dict(step) for step in config('toy').strl_test_pipeline]
    steps[-1]['meta_keys'] = facts
    alone, whole, in_model = (
        build(worn_data('toy'), 'coco', steps, test_mode=True, **options)
        for options in (
            {},
            dict(batched=True),
            dict(batched=True, transforms_on='model'),
        )
    )
    indices = [DrawIndex(i) for i in (4, 0, 3, 7, -1)]
    clips = [alone[i] for i in indices]
    assert_same_batch(whole.__getitems__(indices), clips)
    preprocessor = MODELS.build(dict(type='SkeletonDataPreprocessor'))
    samples = preprocessor(in_model.__getitems__(indices))['data_samples']
    for sample, clip in zip(samples, clips, strict=True):
        assert sample.metainfo == clip['data_samples'].metainfo
    assert {len(sample.metainfo) for sample in samples} > {len(facts)}


def test_there_are_no_clips_behind_the_last(packed):
    with pytest.raises(IndexError):
        whole_toy(packed).__getitems__([24])


def test_a_pipeline_may_be_exchanged(packed):
    cfg = config('toy')
    dataset = SkeletonDataset(
        packed, 'coco', cfg.strl_test_pipeline, test_mode=True, batched=True
    )
    before = dataset.__getitems__([0])
    dataset.pipeline.transforms[2].clip_len = 3
    assert dataset.__getitems__([0])['inputs'].shape[2] == 3
    dataset.pipeline.transforms = dataset.pipeline.transforms[:-1]
    assert isinstance(dataset.__getitems__([0]), list)
    assert before['inputs'].shape[2] == cfg.clip_len


def test_the_transforms_may_run_in_the_model(packed):
    preprocessor = MODELS.build(dict(type='SkeletonDataPreprocessor'))
    expected = preprocessor(next(iter(loader(whole_toy(packed)))))
    for workers in (0, 2):
        dataset = whole_toy(packed, transforms_on='model')
        batch = next(iter(loader(dataset, workers)))
        assert 'inputs' not in batch
        assert isinstance(batch['keypoint'], torch.Tensor)
        found = preprocessor(batch)
        assert found.keys() == expected.keys()
        for key, value in expected.items():
            torch.testing.assert_close(found[key], value, rtol=1e-4, atol=1e-5)


def test_clips_on_the_device_cannot_be_reached_by_workers(packed):
    dataset = whole_toy(packed, preload='device')
    with pytest.raises(RuntimeError, match='num_workers=0 and persist'):
        next(iter(loader(dataset, 1)))


@pytest.mark.parametrize(
    'options, message',
    [
        (dict(transforms_on='gpu'), "'worker' or 'model', got 'gpu'"),
        (dict(preload='disk'), "'memory' or 'device', got 'disk'"),
        (dict(transforms_on='model'), 'for whole batches; set batched=True'),
        (dict(preload='device'), 'for whole batches; set batched=True'),
    ],
)
def test_options_that_do_not_go_together(options, message):
    with pytest.raises(ValueError, match=message):
        SkeletonDataset('no.pkl', 'coco', lazy_init=True, **options)


def test_stock_models_take_whole_batches(packed):
    """``keys=()`` is the format of MMAction2, in a batch too."""
    cfg = config('toy')
    steps = [
        *cfg.strl_test_pipeline[:-1],
        dict(type='PackSkeletonInputs', keys=()),
    ]
    alone, whole = (
        build(packed, 'coco', steps, test_mode=True, batched=batched)
        for batched in (False, True)
    )
    preprocessor = MODELS.build(dict(type='ActionDataPreprocessor'))
    indices = range(5, 9)
    batch, expected = (
        preprocessor(skeleton_collate(dataset.__getitems__(indices)))
        for dataset in (whole, alone)
    )
    assert batch['inputs'].ndim == 6
    torch.testing.assert_close(batch['inputs'], expected['inputs'])
    names = [sample.frame_dir for sample in batch['data_samples']]
    assert names == [sample.frame_dir for sample in expected['data_samples']]


def test_shipped_loaders_make_whole_batches(worn_data, monkeypatch):
    monkeypatch.setenv('TOY_2D', worn_data('toy'))
    cfg = Config.fromfile(CONFIGS / 'skeletonmae_pretrain_toy.py')
    for part in ('train', 'val'):
        options = cfg[f'{part}_dataloader']
        options.update(num_workers=0, persistent_workers=False)
        batch = next(iter(Runner.build_dataloader(options, seed=0)))
        assert batch['inputs'].ndim == 5
        assert ('data_samples' in batch) == (part == 'val')
    assert DATASETS.get('SkeletonDataset') is SkeletonDataset
