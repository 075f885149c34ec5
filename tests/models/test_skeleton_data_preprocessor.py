"""From packed clips to the model's keywords."""

import pytest
import torch

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


def test_batch_is_not_changed():
    data = batch()
    SkeletonDataPreprocessor()(data)
    assert isinstance(data['inputs'], list)
