import numpy as np
import pytest
import torch
from mmaction.apis import inference_skeleton
from mmcv.transforms import Compose

CFG = dict(type='LoadSkeleton', layout='coco')


def raw(coords=2):
    keypoint = np.full((1, 3, 17, coords), 1500.5, np.float32)
    return dict(keypoint=keypoint, keypoint_score=np.ones((1, 3, 17)))


def test_what_was_not_seen(apply):
    clip = raw()
    clip['keypoint'][0, 0, 0] = 0
    clip['keypoint'][0, 0, 1, 0] = 0  # on the left edge, but seen
    clip['keypoint'][0, 0, 2, 1] = np.nan
    clip['keypoint'][0, 0, 3, 0] = np.inf
    clip['keypoint_score'][0, 0, 4:7] = 0, -1, np.nan
    out = apply(CFG, clip)
    assert out['keypoint'].dtype == out['keypoint_score'].dtype == np.float32
    unseen = np.flatnonzero(~out['valid'][0, 0])
    assert unseen.tolist() == [0, 2, 3, 4, 5, 6] and out['valid'][:, 1:].all()
    assert not out['keypoint'][~out['valid']].any()
    assert not out['keypoint_score'][~out['valid']].any()
    assert out['keypoint'][0, 0, 1].tolist() == [0, 1500.5]


def test_threshold_and_zeros_that_are_meant(apply):
    clip = raw()
    clip['keypoint_score'][0, :, :5] = 0.3
    clip['keypoint'][0, :, 0] = 0
    out = apply({**CFG, 'score_thr': 0.3}, clip)
    assert not out['valid'][..., :5].any() and out['valid'][..., 5:].all()
    out = apply({**CFG, 'zero_is_missing': False}, clip)
    assert out['valid'].all()


def test_without_scores(apply):
    out = apply(CFG, dict(keypoint=raw(3)['keypoint'].astype(np.float16)))
    assert out['valid'].all() and 'keypoint_score' not in out


@pytest.mark.parametrize(
    'keypoint, message',
    [
        (np.ones((1, 3, 25, 3)), "layout 'coco' has 17 joints.*V=25.*'nturgb"),
        (np.ones((3, 17, 3)), r'\(M, T, V, C\)'),
        (None, 'keypoint must be a numpy array'),
    ],
)
def test_what_does_not_fit(apply, keypoint, message):
    with pytest.raises(ValueError, match=message):
        apply(CFG, dict(keypoint=keypoint))


def test_scores_below_zero_are_no_threshold(apply):
    with pytest.raises(ValueError, match='at least 0, got -1'):
        apply(dict(CFG, score_thr=-1.0), dict(keypoint=np.ones((1, 2, 17, 2))))


def test_whether_it_is_a_test(apply):
    def mode(cfg=CFG, **results):
        return apply(cfg, {**raw(), **results})['test_mode']

    assert mode() is True  # from no data set
    assert mode(test_mode=False) is False
    assert mode({**CFG, 'test_mode': False}, sample_idx=1) is False
    with pytest.raises(ValueError, match='use SkeletonDataset, or set test_m'):
        mode(sample_idx=1)  # from a data set that does not say


def test_the_dict_of_inference_skeleton(pipeline):
    class Model:
        def test_step(self, data):
            return [data]

    people = [
        dict(
            keypoints=np.random.default_rng(i).uniform(
                900, 1900, (i % 3, 17, 2)
            ),
            keypoint_scores=np.ones((i % 3, 17)),
        )
        for i in range(9)
    ]
    people[0]['keypoints'] = np.zeros((0, 17, 2))
    people[0]['keypoint_scores'] = np.zeros((0, 17))
    steps = Compose(pipeline(mask=dict(num_masked_parts=2), train=False))
    once, again = (
        inference_skeleton(Model(), people, (1080, 1920), steps)
        for _ in range(2)
    )
    assert once['inputs'][0].shape == (1, 2, 8, 17, 2)
    for key in ('inputs', 'mask', 'valid'):
        torch.testing.assert_close(once[key], again[key])
    assert once['data_samples'][0].img_shape == (1080, 1920)
