"""Batch norm over who is there."""

import torch

from skeletonmae_plugin.models.layers import MaskedBatchNorm1d


def test_equals_torch_on_the_valid_rows():
    x, valid = torch.randn(4, 5, 6), torch.rand(4, 5) > 0.4
    ours, stock = MaskedBatchNorm1d(6), torch.nn.BatchNorm1d(6)
    out = ours(x, valid)
    torch.testing.assert_close(out[valid], stock(x[valid]))
    assert (out[~valid] == 0).all()
    torch.testing.assert_close(ours.norm.running_mean, stock.running_mean)
    torch.testing.assert_close(ours.norm.running_var, stock.running_var)


def test_all_valid_equals_none():
    x = torch.randn(4, 5, 6)
    full = torch.ones(4, 5, dtype=torch.bool)
    torch.testing.assert_close(
        MaskedBatchNorm1d(6)(x, full), MaskedBatchNorm1d(6)(x)
    )


def test_nothing_valid_changes_no_statistics():
    norm = MaskedBatchNorm1d(6)
    out = norm(torch.randn(3, 6), torch.zeros(3, dtype=torch.bool))
    assert (out == 0).all() and (norm.norm.running_mean == 0).all()
    assert norm.norm.num_batches_tracked == 0


def test_one_row_uses_what_was_seen():
    norm = MaskedBatchNorm1d(2)
    norm(torch.randn(50, 2))
    row = torch.tensor([[1.0, 2.0]])
    seen = norm.norm
    expected = (row - seen.running_mean) / (seen.running_var + 1e-5).sqrt()
    torch.testing.assert_close(norm(row), expected)


def test_sync_bn_takes_its_place():
    norm = torch.nn.SyncBatchNorm.convert_sync_batchnorm(MaskedBatchNorm1d(6))
    assert isinstance(norm.norm, torch.nn.SyncBatchNorm)
    x, valid = torch.randn(4, 6), torch.tensor([True, True, False, True])
    out = norm.eval()(x, valid)
    torch.testing.assert_close(out[valid], x[valid], rtol=1e-4, atol=1e-4)
    assert (out[~valid] == 0).all()


def test_any_norm_of_many_processes_is_asked_itself():
    class OfMany(torch.nn.BatchNorm1d):
        def forward(self, rows):
            return rows + 1

    norm = MaskedBatchNorm1d(2)
    norm.norm = OfMany(2)
    x, valid = torch.randn(3, 2), torch.tensor([True, False, True])
    torch.testing.assert_close(norm(x, valid), (x + 1) * valid[:, None])
