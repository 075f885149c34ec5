import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.dataset import pseudo_collate


def test_tensors_and_facts(apply, clip):
    given = clip(
        label=np.int64(3),
        frame_dir='a',
        mask=np.ones((2, 2, 6, 17), bool),
        centre=np.zeros(3),
    )
    given['keypoint'] = given['keypoint'][..., ::-1]
    out = apply(dict(type='PackSkeletonInputs'), given)
    assert set(out) == {'inputs', 'mask', 'valid', 'data_samples'}
    assert out['inputs'].dtype == torch.float32
    np.testing.assert_array_equal(out['inputs'].numpy(), given['keypoint'])
    assert out['mask'].dtype == out['valid'].dtype == torch.bool
    sample = out['data_samples']
    assert sample.gt_label.tolist() == [3]
    assert set(sample.metainfo_keys()) == {'frame_dir', 'centre'}


def test_without_mask_and_label(apply, clip):
    out = apply(
        dict(type='PackSkeletonInputs', meta_keys=['sample_idx']),
        clip(sample_idx=4),
    )
    assert set(out) == {'inputs', 'valid', 'data_samples'}
    assert 'gt_label' not in out['data_samples']
    assert out['data_samples'].sample_idx == 4


def test_which_clip_it_is_may_be_asked_for(apply, clip):
    keys = ('valid', 'sample_idx')
    cfg = dict(type='PackSkeletonInputs', keys=keys, data_samples=False)
    assert apply(cfg, clip(sample_idx=4))['sample_idx'].tolist() == [4]
    batch = clip(sample_idx=np.array([4, 7]), batch_size=2, num_clips=1)
    assert apply(cfg, batch)['sample_idx'].tolist() == [4, 7]


def test_the_format_of_the_stock_recognizer(apply, clip):
    cfg = dict(type='PackSkeletonInputs', keys=())
    train, test = (
        pseudo_collate([apply(cfg, clip(lead, label=1)) for _ in range(3)])
        for lead in ((1,), (4,))
    )  # 4 clips a test
    model = MODELS.build(
        dict(
            type='RecognizerGCN',
            data_preprocessor=dict(type='ActionDataPreprocessor'),
            backbone=dict(
                type='STGCN',
                num_stages=2,
                base_channels=4,
                inflate_stages=[],
                down_stages=[],
                graph_cfg=dict(layout='coco', mode='stgcn_spatial'),
            ),
            cls_head=dict(type='GCNHead', num_classes=4, in_channels=4),
        )
    )
    data = model.data_preprocessor(train, True)
    assert data['inputs'].shape == (3, 1, 2, 6, 17, 3)
    assert torch.isfinite(model(**data, mode='loss')['loss_cls'])
    samples = model.eval().test_step(test)
    assert [s.pred_score.shape for s in samples] == [(4,)] * 3


def test_clips_must_be_sampled(apply, clip):
    with pytest.raises(ValueError, match='put SampleSkeletonFrames'):
        apply(dict(type='PackSkeletonInputs'), clip(lead=()))
