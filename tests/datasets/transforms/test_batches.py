"""A batch of clips gives what its clips give one by one."""

import copy

import numpy as np
import pytest
import torch
from mmaction.registry import TRANSFORMS
from mmcv.transforms import Compose

from skeletonmae_plugin.datasets.randomness import ClipRandom, clip_keys

CLIPS, ROWS = 5, 2  # num_clips of each

STEPS = [
    dict(type='MaskSkeletonParts', layout='coco', parts=['left_arm']),
    dict(
        type='MaskSkeletonParts',
        layout='coco',
        num_masked_parts=(1, 3),
        per='frame',
    ),
    dict(type='MaskSkeletonParts', layout='coco', num_masked_parts=5),
    dict(
        type='MaskSkeletonParts',
        layout='coco',
        mask_ratio=0.6,
        per='tube',
        tube_len=3,
    ),
    dict(type='NormalizeSkeleton', layout='coco'),
    dict(type='NormalizeSkeleton', layout='coco', centre='frame', scale=2.0),
    dict(type='RotateSkeleton', yaw=180, tilt=10, roll=5),
    dict(type='ScaleSkeleton', factor=(0.5, 2.0)),
    dict(type='ScaleSkeleton', factor=(0.5, 2.0), per_axis=True),
    dict(type='JitterSkeleton', sigma=0.1),
    dict(type='JitterSkeleton', sigma=0.1, per='clip', unit='raw'),
    dict(type='FlipSkeleton', layout='coco', p=0.5),
    dict(type='SkeletonStreams', layout='coco', streams=('bone', 'velocity')),
    dict(
        type='MaskSkeletonParts',
        layout='coco',
        num_masked_parts=(1, 3),
        per='tube',
        tube_len=3,
        num_masked_clips=1,
    ),
    dict(type='ScaleBones', layout='coco', factor=(0.5, 2.0)),
    dict(type='ScaleBones', layout='coco', prob=0.5),
    dict(type='CentreFrames', layout='coco', prob=0.5),
    dict(type='SkeletonStreams', layout='coco', streams=('centred',)),
    dict(type='NormalizeSkeleton', layout='coco', up='z'),
]
#: Whole pre-training, 3D and 2D.
TAILS = [
    [STEPS[i] for i in (1, 4, 6, 8, 9, 11)],
    [STEPS[i] for i in (13, 4, 14, 16, 6, 8, 9, 11)],
    [
        STEPS[3],
        STEPS[5],
        dict(type='RotateSkeleton', roll=20),
        *(STEPS[i] for i in (7, 10, 11)),
    ],
]
ARRAYS = ('keypoint', 'keypoint_score', 'valid', 'mask', 'centre', 'scale')


def name(steps):
    return '-'.join(step['type'][:4] for step in steps)


def clips(clip, coords):
    """A batch as the data set makes it; some frames are repeated."""
    made = clip(lead=(CLIPS * ROWS,), frames=8, coords=coords)
    frames = np.sort(
        np.random.default_rng(1).integers(0, 12, (CLIPS * ROWS, 8)), -1
    )
    frames[:3] = np.arange(8)
    first = (frames[:, :, None] == frames[:, None]).argmax(-1)
    for key in ('keypoint', 'keypoint_score', 'valid'):
        index = first.reshape(-1, 1, 8, *(1,) * (made[key].ndim - 3))
        made[key] = np.take_along_axis(made[key], index, 2)
    made['valid'][3] = False  # nobody is there
    made['valid'][4:6, 1] = False  # one person only
    made['keypoint'][~made['valid']] = 0
    return dict(
        made,
        frame_inds=frames,
        scale=np.full((CLIPS * ROWS, 1, 1, 1, 1), 3, np.float32),
        rng=ClipRandom(clip_keys(0, 1, range(CLIPS))),
        label=np.array([3, -1, 0, 1, 2]),
        frame_dir=[f'clip{i}' for i in range(CLIPS)],
        total_frames=np.arange(10, 10 + CLIPS),
        img_shape=np.full((CLIPS, 2), 480),
        num_clips=ROWS,
        batch_size=CLIPS,
    )


def one_by_one(batch):
    for b in range(CLIPS):
        alone = dict(test_mode=False)
        alone['rng'] = ClipRandom(clip_keys(0, 1, [b]))
        for key in (*ARRAYS, 'frame_inds'):
            if key in batch:
                alone[key] = batch[key][b * ROWS : (b + 1) * ROWS]
        for key in ('frame_dir', 'total_frames'):
            alone[key] = batch[key][b]
        alone['img_shape'] = (480, 480)
        alone['label'] = batch['label'][b] if b != 1 else None
        yield alone


def on_device(batch, device='cpu'):
    moved = {
        key: torch.from_numpy(value).to(device)
        if key in (*ARRAYS, 'frame_inds')
        else value
        for key, value in batch.items()
    }
    return {**moved, 'rng': batch['rng'].to(device)}


def cases():
    for steps in [[step] for step in STEPS] + TAILS:
        two = any(step.get('roll') == 20 for step in steps)
        yield pytest.param(steps, 2 if two else 3, id=name(steps))


def expected(steps, batch):
    alone = [steps(clip) for clip in one_by_one(batch)]
    return {
        key: np.concatenate([clip[key] for clip in alone])
        for key in ARRAYS
        if key in alone[0]
    }


def assert_same(out, wanted):
    for key, value in wanted.items():
        got = out[key]
        got = got.cpu().numpy() if isinstance(got, torch.Tensor) else got
        assert got.dtype == value.dtype and got.shape == value.shape, key
        np.testing.assert_allclose(
            got, value, rtol=1e-5, atol=1e-5, err_msg=key
        )


@pytest.mark.parametrize('steps, coords', cases())
def test_batch_equals_clips_in_numpy_and_torch(clip, steps, coords):
    batch = clips(clip, coords)
    steps = Compose([TRANSFORMS.build(step) for step in steps])
    assert all(step.batched for step in steps.transforms)
    wanted = expected(steps, batch)
    given = copy.deepcopy(batch)
    assert_same(steps({**batch}), wanted)
    for key in ARRAYS[:3]:  # what was given stays as it was
        np.testing.assert_array_equal(batch[key], given[key])
    moved = on_device(given)
    out = steps({**moved})
    assert_same(out, wanted)
    assert all(isinstance(out[key], torch.Tensor) for key in wanted)
    np.testing.assert_array_equal(moved['keypoint'], given['keypoint'])


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason='needs a GPU')
@pytest.mark.parametrize('steps, coords', cases())
def test_batch_on_a_gpu_waits_for_nothing(clip, steps, coords):
    batch = clips(clip, coords)
    steps = Compose([TRANSFORMS.build(step) for step in steps])
    wanted = expected(steps, batch)
    moved = on_device(batch, 'cuda')
    steps({**moved, 'rng': copy.deepcopy(moved['rng'])})  # keeps constants
    torch.cuda.set_sync_debug_mode('error')
    try:
        out = steps({**moved})
    finally:
        torch.cuda.set_sync_debug_mode('default')
    assert_same(out, wanted)


def test_batches_of_a_test_depend_on_names(clip):
    batch = {**clips(clip, 3), 'test_mode': True}
    del batch['rng']
    mask = TRANSFORMS.build(STEPS[1])
    drawn = mask({**batch})['mask']
    alone = []
    for one in one_by_one(batch):
        del one['rng']
        alone.append(mask(dict(one, test_mode=True)))
    np.testing.assert_array_equal(
        drawn, np.concatenate([one['mask'] for one in alone])
    )


@pytest.mark.parametrize('kind', ['numpy', 'torch'])
def test_packing(clip, kind):
    batch = clips(clip, 3)
    steps = Compose(
        [TRANSFORMS.build(step) for step in TAILS[0]]
        + [TRANSFORMS.build(dict(type='PackSkeletonInputs'))]
    )
    alone = [steps(one) for one in one_by_one(batch)]
    out = steps(on_device(batch) if kind == 'torch' else {**batch})
    for key in ('inputs', 'mask', 'valid'):
        torch.testing.assert_close(
            out[key], torch.cat([one[key] for one in alone]), atol=1e-5, rtol=0
        )
    for ours, one in zip(out['data_samples'], alone, strict=True):
        theirs = one['data_samples']
        assert set(ours.keys()) == set(theirs.keys())
        if 'gt_label' in theirs:
            assert ours.gt_label.tolist() == theirs.gt_label.tolist()
        assert set(ours.metainfo_keys()) == set(theirs.metainfo_keys())
        for key in theirs.metainfo_keys():
            got, wanted = ours.get(key), theirs.get(key)
            assert type(got) is type(wanted) or key == 'total_frames'
            if isinstance(wanted, (str, tuple)):
                assert got == wanted
            else:
                np.testing.assert_allclose(got, wanted, rtol=1e-5)
    assert ['gt_label' in one for one in out['data_samples']] == [
        True,
        False,
        True,
        True,
        True,
    ]


def test_packing_without_data_samples(clip):
    pack = TRANSFORMS.build(
        dict(type='PackSkeletonInputs', data_samples=False)
    )
    batch = clips(clip, 3)
    assert set(pack({**batch})) == {'inputs', 'valid'}
    assert set(pack(next(one_by_one(batch)))) == {'inputs', 'valid'}


@pytest.mark.parametrize('test_mode', [True, False])
def test_frames_of_many_clips(test_mode):
    sample = TRANSFORMS.build(
        dict(
            type='SampleSkeletonFrames',
            clip_len=8,
            num_clips=ROWS,
            crop=(0.5, 1.0),
            speed=(0.5, 1.5),
        )
    )
    num_frames = np.array([1, 7, 8, 300, 40])
    rng = ClipRandom(clip_keys(0, 1, range(CLIPS)))
    frames = sample.draw_frames(rng, num_frames, test_mode)
    assert frames.shape == (CLIPS * ROWS, 8) and frames.dtype == np.int64
    for b, total in enumerate(num_frames):
        alone = sample(
            dict(
                keypoint=np.zeros((1, total, 17, 2), np.float32),
                test_mode=test_mode,
                rng=ClipRandom(clip_keys(0, 1, [b])),
            )
        )
        np.testing.assert_array_equal(
            frames[b * ROWS : (b + 1) * ROWS], alone['frame_inds']
        )
