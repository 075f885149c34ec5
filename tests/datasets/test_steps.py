"""Facts of a data set arrive in the steps that ask for them."""

import pytest
from mmaction.registry import TRANSFORMS

from skeletonmae_plugin.datasets import RankPersons
from skeletonmae_plugin.datasets.steps import complete_steps
from skeletonmae_plugin.layouts import get_layout

FACTS = dict(layout='sbu15', num_person=3, clip_len=9, up='z')


@pytest.mark.parametrize(
    'step, filled',
    [
        ('LoadSkeleton', dict(layout='sbu15')),
        ('RankPersons', dict(num_person=3)),
        ('SampleSkeletonFrames', dict(clip_len=9)),
        ('NormalizeSkeleton', dict(layout='sbu15', up='z')),
        ('JitterSkeleton', {}),
        ('UniformSampleFrames', dict(clip_len=9)),  # of MMAction2
        ('mmaction.FormatGCNInput', dict(num_person=3)),
        ('PoseDecode', {}),
    ],
)
def test_each_step_gets_what_it_asks_for(step, filled):
    (found,) = complete_steps([dict(type=step)], **FACTS)
    assert found == dict(type=step, **filled)
    assert TRANSFORMS.build(found) is not None


def test_a_class_may_stand_in_the_place_of_its_name():
    (found,) = complete_steps([dict(type=RankPersons)], **FACTS)
    assert TRANSFORMS.build(found).num_person == 3


def test_what_a_step_says_itself_is_kept():
    steps = [
        dict(type='RankPersons', num_person=1),
        dict(type='LoadSkeleton', layout='coco'),
    ]
    assert complete_steps(steps, **FACTS) == steps


def test_what_is_given_is_not_changed():
    step = dict(type='RankPersons')
    complete_steps([step], **FACTS)
    assert step == dict(type='RankPersons')


def test_transforms_that_are_built_pass_through():
    step = RankPersons(num_person=2)
    assert complete_steps([step], **FACTS)[0] is step


def test_a_default_serves_where_no_fact_is_given():
    steps = [dict(type='RankPersons'), dict(type='FormatGCNInput')]
    assert complete_steps(steps) == steps


@pytest.mark.parametrize(
    'step, fact',
    [
        ('LoadSkeleton', 'layout'),
        ('SampleSkeletonFrames', 'clip_len'),
        ('UniformSampleFrames', 'clip_len'),
    ],
)
def test_a_missing_fact_is_named_with_its_step(step, fact):
    facts = {k: v for k, v in FACTS.items() if k != fact}
    with pytest.raises(ValueError, match=f'{step} needs {fact}.*set {fact}'):
        complete_steps([dict(type=step)], **facts)


def test_an_unknown_step_is_left_to_the_registry():
    steps = [dict(type='NoSuchStep')]
    assert complete_steps(steps, **FACTS) == steps


def test_a_layout_may_be_any_of_its_forms():
    layout = get_layout('coco')
    (step,) = complete_steps([dict(type='LoadSkeleton')], layout=layout)
    assert TRANSFORMS.build(step).layout is layout
