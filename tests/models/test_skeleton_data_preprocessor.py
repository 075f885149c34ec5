"""From packed clips to the model's keywords."""

import numpy as np
import pytest
import torch
from mmaction.registry import TRANSFORMS

from skeletonmae_plugin.datasets.randomness import ClipRandom, clip_keys
from skeletonmae_plugin.models import SkeletonDataPreprocessor


def batch(n=2, clips=3):
    return dict(
        inputs=[torch.randn(clips, 2, 4, 17, 2).half() for _ in range(n)],
        valid=[torch.ones(clips, 2, 4, 17).bool() for _ in range(n)],
        data_samples=['a', 'b'],
    )


def test_clips_join_the_batch_axis_in_order():
    data = batch()
    out = SkeletonDataPreprocessor()(data)
    assert out['inputs'].dtype == torch.float32
    torch.testing.assert_close(
        out['inputs'], torch.cat(data['inputs']).float()
    )
    assert out['valid'].shape == (6, 2, 4, 17)
    assert 'mask' not in out and out['data_samples'] == ['a', 'b']


def test_stacked_batches_are_taken_too():
    data = batch()
    data['inputs'] = torch.stack(data['inputs'])
    assert SkeletonDataPreprocessor()(data)['inputs'].shape == (6, 2, 4, 17, 2)


def test_unequal_clips_are_one_clear_error():
    data = batch()
    data['inputs'][1] = data['inputs'][1][:, :1]
    with pytest.raises(ValueError, match='inputs has .*num_person'):
        SkeletonDataPreprocessor()(data)


@pytest.mark.parametrize(
    'places', [[torch.tensor([5]), torch.tensor([2])], torch.tensor([5, 2])]
)
def test_which_clips_they_are_is_handed_on(places):
    out = SkeletonDataPreprocessor()(dict(batch(), sample_idx=places))
    assert out['sample_idx'].tolist() == [5, 2]


def test_batch_is_not_changed():
    data = batch()
    SkeletonDataPreprocessor()(data)
    assert isinstance(data['inputs'], list)


def dataset_batch(n=3, clips=2):
    """What SkeletonDataset hands out where the model runs the transforms."""
    rng = np.random.default_rng(0)
    shape = (n * clips, 2, 8, 17)
    valid = rng.random(shape) < 0.8
    keypoint = rng.normal(3, 1, (*shape, 3)).astype(np.float32)
    keypoint[~valid] = 0
    steps = [
        dict(type='MaskSkeletonParts', layout='coco', mask_ratio=0.5),
        dict(type='NormalizeSkeleton', layout='coco'),
        dict(type='RotateSkeleton', yaw=90, tilt=10, roll=5),
        dict(type='FlipSkeleton', layout='coco'),
        dict(type='PackSkeletonInputs'),
    ]
    return dict(
        keypoint=keypoint,
        valid=valid,
        frame_inds=np.tile(np.arange(8), (n * clips, 1)),
        rng=ClipRandom(clip_keys(0, 0, range(n))),
        test_mode=False,
        label=np.zeros(n, np.int64),
        frame_dir=list('abc'),
        num_clips=clips,
        batch_size=n,
        transforms=[TRANSFORMS.build(step) for step in steps],
    )


def test_a_whole_batch_is_joined_already():
    data = batch()
    data = {k: torch.cat(v) for k, v in data.items() if k != 'data_samples'}
    out = SkeletonDataPreprocessor()(data)
    assert out['inputs'].shape == (6, 2, 4, 17, 2)
    assert out['valid'].shape == (6, 2, 4, 17)


def test_transforms_run_here_as_in_a_worker():
    here = SkeletonDataPreprocessor()(dataset_batch())
    results = dataset_batch()
    for step in results.pop('transforms'):
        results = step(results)
    assert set(here) == {'inputs', 'mask', 'valid', 'data_samples'}
    for key in ('inputs', 'mask', 'valid'):
        torch.testing.assert_close(here[key], results[key])
    assert len(here['data_samples']) == 3


def test_coordinates_keep_their_precision_under_autocast():
    plain = SkeletonDataPreprocessor()(dataset_batch())['inputs']
    with torch.autocast('cpu', torch.bfloat16):
        mixed = SkeletonDataPreprocessor()(dataset_batch())['inputs']
    assert torch.equal(plain, mixed)


@pytest.mark.parametrize('form', [list, tuple, lambda samples: samples[0]])
def test_what_a_model_writes_into_samples_is_not_seen_by_the_next(form):
    made = SkeletonDataPreprocessor()(dataset_batch())['data_samples']
    data = dict(inputs=torch.zeros(3, 1, 4, 17, 2), data_samples=form(made))
    first, again = (
        SkeletonDataPreprocessor()(data)['data_samples'] for _ in range(2)
    )
    assert type(first) is type(data['data_samples'])
    several = isinstance(first, (list, tuple))
    for sample in first if several else [first]:
        sample.set_pred_score(torch.ones(3))
    whole = list(again) if several else [again]
    assert not any('pred_score' in sample for sample in (*whole, *made))
    assert [s.frame_dir for s in whole] == list('abc')[: len(whole)]
    assert all(s.gt_label == 0 for s in whole)


def test_samples_that_are_none_stay_so():
    data = dict(inputs=torch.zeros(3, 1, 4, 17, 2), data_samples=None)
    assert SkeletonDataPreprocessor()(data)['data_samples'] is None


def test_transforms_must_end_with_packing():
    data = dataset_batch()
    data['transforms'].pop()
    with pytest.raises(ValueError, match='must end with PackSkeletonInputs'):
        SkeletonDataPreprocessor()(data)
