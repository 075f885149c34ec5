"""Recognition, and our encoder inside MMAction2's own parts."""

import pytest
import torch
from mmaction.structures import ActionDataSample

ENCODER = dict(type='SkeletonMAE')
HEAD = dict(type='GCNHead', num_classes=5, in_channels=64)


def samples(n):
    return [ActionDataSample().set_gt_label(i % 5) for i in range(n)]


@pytest.fixture
def recognizer(build):
    return build(
        dict(
            type='STRLRecognizer',
            cls_head=HEAD,
            backbone=dict(type='STRL', encoder=ENCODER, clip_len=8),
        )
    )


def test_valid_reaches_the_backbone(recognizer, clips):
    recognizer.eval()
    x, valid = clips['inputs'], clips['valid']
    scores = recognizer(x, samples(2), mode='predict', valid=valid)
    nan = torch.tensor(float('nan'))
    bad = torch.where(valid.unsqueeze(-1), x, nan)
    again = recognizer(bad, samples(2), mode='predict', valid=valid)
    for a, b in zip(scores, again, strict=True):
        assert float(a.pred_score.sum()) == pytest.approx(1)
        torch.testing.assert_close(a.pred_score, b.pred_score)


def test_loss_trains_all_weights(recognizer, clips):
    losses = recognizer(
        clips['inputs'], samples(2), mode='loss', valid=clips['valid']
    )
    losses['loss_cls'].backward()
    idle = [
        n
        for n, p in recognizer.named_parameters()
        if p.requires_grad and p.grad is None
    ]
    assert not idle  # distributed training would wait for them


def test_several_clips_are_averaged(recognizer, clips):
    recognizer.eval()
    single = recognizer(
        clips['inputs'], samples(2), mode='predict', valid=clips['valid']
    )
    joined = recognizer(
        clips['inputs'], samples(1), mode='predict', valid=clips['valid']
    )
    torch.testing.assert_close(
        joined[0].pred_score, (single[0].pred_score + single[1].pred_score) / 2
    )


def test_stages_of_tensor_mode(recognizer, clips):
    recognizer.eval()
    feats = recognizer(clips['inputs'], valid=clips['valid'])
    assert feats.shape == (2, 1, 64, 8, 17)
    scores = recognizer(clips['inputs'], valid=clips['valid'], stage='head')
    torch.testing.assert_close(scores, recognizer.cls_head(feats))


@pytest.mark.parametrize(
    'backbone',
    [ENCODER, dict(type='STRL', encoder=ENCODER, clip_len=8)],
    ids=['MAE', 'STRL'],
)
def test_encoder_stands_in_the_stock_recognizer(build, backbone):
    model = build(dict(type='RecognizerGCN', backbone=backbone, cls_head=HEAD))
    data = dict(
        inputs=[torch.randn(2, 1, 8, 17, 2) for _ in range(3)],
        data_samples=samples(3),
    )
    out = model.data_preprocessor(data, training=True)
    losses = model(
        **{**out, 'inputs': out['inputs'].flatten(0, 1)[:, None][::2]},
        mode='loss',
    )
    losses['loss_cls'].backward()
    idle = [n for n, p in model.named_parameters() if p.grad is None]
    assert not idle  # distributed training would wait for them
    model.eval()
    assert len(model.test_step(data)) == 3


def test_clips_without_label_are_one_clear_error(recognizer, clips):
    unlabelled = ActionDataSample()
    unlabelled.set_metainfo(dict(frame_dir='clip_7'))
    with pytest.raises(ValueError, match="1 of 2 .* 'clip_7'"):
        recognizer(
            clips['inputs'],
            [*samples(1), unlabelled],
            mode='loss',
            valid=clips['valid'],
        )


def test_a_training_on_several_views_is_one_clear_error(recognizer, clips):
    with pytest.raises(ValueError, match='2 views of 1 clips; set num_clips'):
        recognizer(
            clips['inputs'], samples(1), mode='loss', valid=clips['valid']
        )
