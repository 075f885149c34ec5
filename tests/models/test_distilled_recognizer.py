"""A student learns from labels and teachers, and is saved alone."""

import copy

import pytest
import torch
from mmaction.structures import ActionDataSample
from mmengine.config import Config

from skeletonmae_plugin.models.losses import distillation_loss

HEAD = dict(type='GCNHead', num_classes=5, in_channels=16)
STUDENT = dict(
    type='STRLRecognizer',
    backbone=dict(
        type='STRL', encoder=dict(type='SkeletonMAE', embed_dims=16),
        clip_len=8, num_layers=1,
    ),
    cls_head=HEAD,
)  # fmt: skip
TEACHER = copy.deepcopy(STUDENT)
TEACHER['backbone']['num_layers'] = 2


@pytest.fixture
def member(build, tmp_path):
    torch.manual_seed(1)
    config, weights = tmp_path / 'teacher.py', tmp_path / 'teacher.pth'
    Config(dict(model=TEACHER)).dump(config)
    torch.save(dict(state_dict=build(TEACHER).state_dict()), weights)
    return dict(config=str(config), checkpoint=str(weights))


@pytest.fixture
def make(build, member):
    """Function that makes the student, the same each time."""

    def make(**options):
        torch.manual_seed(0)
        model = build(
            {**STUDENT, 'type': 'DistilledRecognizer',
             'teachers': [member], **options}
        )  # fmt: skip
        model.init_weights()
        return model

    return make


def samples(*labels):
    return [
        ActionDataSample()
        if label is None
        else ActionDataSample().set_gt_label(label)
        for label in labels
    ]


def losses_of(model, clips, *labels):
    return model(
        clips['inputs'], samples(*labels), mode='loss', valid=clips['valid']
    )


def test_labelled_clips_have_both_losses(make, build, clips):
    model = make()
    losses = losses_of(model, clips, 1, 3)
    torch.manual_seed(0)
    plain = build(STUDENT)
    plain.init_weights()
    own = losses_of(plain, clips, 1, 3)
    torch.testing.assert_close(losses['loss_cls'], own['loss_cls'])
    with torch.no_grad():
        x, valid = clips['inputs'], clips['valid']
        scores, _ = make().extract_feat(x, 'head', valid)
        target = model.teachers(x, valid)
    torch.testing.assert_close(
        losses['loss_distill'], distillation_loss(scores, target)
    )


def test_a_clip_without_a_label_is_distilled_only(make, clips):
    both = losses_of(make(), clips, 1, 3)
    first, second = (
        losses_of(make(), clips, *labels) for labels in ((1, None), (None, 3))
    )
    for losses in (first, second):
        torch.testing.assert_close(
            losses['loss_distill'], both['loss_distill']
        )
    torch.testing.assert_close(
        (first['loss_cls'] + second['loss_cls']) / 2, both['loss_cls']
    )


def test_a_batch_without_labels_trains_all_weights(make, clips):
    model = make()
    losses = losses_of(model, clips, None, None)
    assert float(losses['loss_cls'].detach()) == 0
    sum(losses.values()).backward()
    idle = [n for n, p in model.named_parameters() if p.grad is None]
    assert not idle  # distributed training would wait for them


def test_the_state_is_that_of_a_plain_recognizer(make, build, clips):
    model = make()
    plain = build(STUDENT)
    plain.load_state_dict(model.state_dict())  # no key more, none less
    assert len(list(model.parameters())) == len(list(plain.parameters()))
    model.eval(), plain.eval()
    x, valid = clips['inputs'], clips['valid']
    torch.testing.assert_close(
        model(x, valid=valid, stage='head'),
        plain(x, valid=valid, stage='head'),
    )


def test_the_teacher_stays_as_it_is(make, clips):
    model = make()
    x, valid = clips['inputs'], clips['valid']
    before = model.teachers(x, valid)
    optimizer = torch.optim.SGD(model.train().parameters(), lr=1.0)
    losses = losses_of(model, clips, 1, None)
    sum(v for k, v in losses.items() if 'loss' in k).backward()
    optimizer.step()
    after = model.train().teachers(x, valid)
    torch.testing.assert_close(after, before, rtol=0, atol=0)


def test_a_student_comes_to_agree_with_its_teacher(make, clips):
    model = make()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    values = []
    for _ in range(30):
        loss = losses_of(model, clips, None, None)['loss_distill']
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        values.append(float(loss.detach()))
    assert values[-1] < values[0] / 4


def test_a_test_reads_no_teacher_and_a_training_misses_it(build, make, clips):
    gone = dict(config='gone.py', checkpoint='gone.pth')
    model = build(
        {**STUDENT, 'type': 'DistilledRecognizer', 'teachers': [gone]}
    ).eval()
    (first, _) = model(
        clips['inputs'], samples(0, 1), mode='predict', valid=clips['valid']
    )
    assert first.pred_score.shape == (5,)
    with pytest.raises(FileNotFoundError, match='gone.py'):
        model.init_weights()


def test_temperature_and_weight_are_options(make, clips):
    cfg = dict(type='DistillationLoss', temperature=1.0, loss_weight=2.0)
    model = make(distillation=cfg)
    with torch.no_grad():
        x, valid = clips['inputs'], clips['valid']
        scores, _ = make().extract_feat(x, 'head', valid)
        expected = 2 * distillation_loss(scores, model.teachers(x, valid), 1.0)
    found = losses_of(model, clips, 0, 1)['loss_distill']
    torch.testing.assert_close(found, expected)


def test_labels_are_those_of_the_clip_so_it_has_one_view(make, clips):
    with pytest.raises(ValueError, match='2 views of 1 clips; set num_clips'):
        losses_of(make(), clips, 1)
