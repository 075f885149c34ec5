"""One feature a clip."""

import torch

from skeletonmae_plugin.models.pooling import pool_latent


def test_it_is_the_mean_over_what_exists() -> None:
    torch.manual_seed(0)
    latent = torch.randn(3, 2, 5, 4, 6)  # (N, M, D, T', V)
    valid = torch.rand(3, 2, 8, 6) > 0.4  # T = 8, two frames a step
    pooled = pool_latent(latent, valid)
    for n in range(3):
        there = valid[n].unflatten(1, (4, 2)).any(2)  # (M, T', V)
        rows = latent[n].movedim(1, -1)[there]  # (how many, D)
        torch.testing.assert_close(pooled[n], rows.mean(0))


def test_its_gradient_has_the_order_of_a_backbone_in_memory() -> None:
    h = torch.randn(6, 3, 4, 5, requires_grad=True)  # (V, N, T', D)
    latent = h.permute(1, 3, 2, 0).unsqueeze(1)
    valid = torch.rand(3, 1, 8, 6) > 0.4
    total = pool_latent(latent, valid).square().sum()
    (grad,) = torch.autograd.grad(total, latent)
    assert grad.stride(2) == 1
    there = valid.unflatten(2, (4, 2)).any(3).unsqueeze(2)
    assert (grad.ne(0) == there).all()


def test_absent_joints_and_empty_clips_count_nothing() -> None:
    latent = torch.randn(2, 1, 3, 4, 5)
    valid = torch.ones(2, 1, 4, 5, dtype=torch.bool)
    valid[0, :, :, 2] = False
    valid[1] = False
    before = pool_latent(latent, valid)
    latent[0, :, :, :, 2] = 1e6
    torch.testing.assert_close(pool_latent(latent, valid), before)
    assert (before[1] == 0).all()


def test_without_valid_everything_exists() -> None:
    latent = torch.randn(2, 1, 3, 4, 5)
    everything = torch.ones(2, 1, 4, 5, dtype=torch.bool)
    torch.testing.assert_close(
        pool_latent(latent, None), pool_latent(latent, everything)
    )
