"""A pipeline as one step is the pipeline that a data set completes."""

import pytest
import torch
from mmengine.dataset import Compose

from skeletonmae_plugin.datasets import SkeletonDataset, SkeletonPipeline

STEPS = [
    dict(type='LoadSkeleton'),
    dict(type='RankPersons'),
    dict(type='SampleSkeletonFrames'),
    dict(type='NormalizeSkeleton'),
    dict(type='PackSkeletonInputs'),
]
FACTS = dict(layout='coco', num_person=3, clip_len=5)


def test_it_gives_what_the_data_set_gives(skeleton_file):
    path = skeleton_file()
    dataset = SkeletonDataset(path, pipeline=STEPS, test_mode=True, **FACTS)
    alone = dict(type='SkeletonPipeline', steps=STEPS, facts=FACTS)
    packed = Compose([alone])(dataset.get_data_info(4))
    assert packed['inputs'].shape == (1, 3, 5, 17, 2)
    assert torch.equal(packed['inputs'], dataset[4]['inputs'])


def test_a_fact_that_is_missing_is_named():
    with pytest.raises(ValueError, match='SampleSkeletonFrames needs clip_l'):
        SkeletonPipeline(STEPS, dict(layout='coco', num_person=3))


def test_repr_lists_the_steps():
    text = repr(SkeletonPipeline(STEPS, FACTS))
    assert 'SkeletonPipeline' in text and 'num_person=3' in text
