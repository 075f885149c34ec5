import copy
import pickle

import pytest
import torch
from mmengine.dataset import default_collate, pseudo_collate
from mmengine.registry import FUNCTIONS

from skeletonmae_plugin.datasets.collate import Batch, skeleton_collate


@pytest.fixture
def batch():
    return Batch(inputs=torch.ones(6, 2, 4, 17, 2))


def test_both_forms_pass(batch):
    assert FUNCTIONS.get('skeleton_collate') is skeleton_collate
    assert skeleton_collate(batch) is batch
    clips = [dict(inputs=torch.ones(1)), dict(inputs=torch.zeros(1))]
    joined = skeleton_collate(clips)
    assert joined.keys() == {'inputs'}
    assert [x.item() for x in joined['inputs']] == [1, 0]


@pytest.mark.parametrize('collate', [pseudo_collate, default_collate])
def test_other_functions_are_told_what_to_use(batch, collate):
    with pytest.raises(TypeError, match="type='skeleton_collate'"):
        collate(batch)


def test_it_is_a_dict_otherwise(batch):
    with pytest.raises(KeyError, match='nothing'):
        batch['nothing']
    assert 'nothing' not in batch and batch.get(0) is None
    for again in (copy.copy(batch), pickle.loads(pickle.dumps(batch))):
        assert type(again) is Batch
        assert torch.equal(again['inputs'], batch['inputs'])
