"""Heat maps are those of MMAction2, and know no joint that is not there."""

import numpy as np
import pytest
import torch
from mmaction.datasets.transforms import GeneratePoseTarget

from skeletonmae_plugin.functional.heatmaps import joint_heatmaps, to_grid


def stock(points, score, size, sigma):
    """What MMAction2 makes of (M, T, V, 2): (V, T, H, W)."""
    out = GeneratePoseTarget(sigma=sigma).transform(
        dict(keypoint=points.copy(), keypoint_score=score, img_shape=size)
    )
    return np.moveaxis(out['imgs'], 0, 1)


@pytest.fixture
def clip():
    """Two persons, some joints outside the picture, some unseen."""
    rng = np.random.default_rng(0)
    points = rng.uniform(-6, 26, (2, 5, 17, 2)).astype(np.float32)
    points[0, 0] = points[1, 0] + 0.4  # both persons in the same pixels
    points[0, 1, :4] = [[0, 0], [-1.7, 3], [19.5, 11.99], [12, 3.2]]
    score = rng.uniform(0.01, 1, (2, 5, 17)).astype(np.float32)
    score[rng.uniform(size=score.shape) < 0.2] = 0
    score[0, 2, :3] = 9e-5
    return points, score


@pytest.mark.parametrize('sigma', [0.6, 2.0])
@pytest.mark.parametrize('size', [(20, 20), (14, 23)])
def test_equal_to_mmaction(clip, size, sigma):
    expected = stock(*clip, size, sigma)
    assert expected.max() > 0.9 and (expected == 0).any()
    for kind in (np.asarray, torch.tensor):
        out = joint_heatmaps(*map(kind, clip), size, sigma)
        assert out.shape == (17, 5, *size)
        np.testing.assert_allclose(out, expected, atol=2e-6)
        # The same pixels are drawn on, to the border.
        far = (np.asarray(out) == 0) != (expected == 0)
        assert expected[far].max(initial=0) < 1e-30


def test_a_batch_is_its_clips(clip):
    points, score = (torch.tensor(one) for one in clip)
    batch = (
        torch.stack([points, points.flip(1)]),
        torch.stack([score, score.flip(1)]),
    )
    out = joint_heatmaps(*batch, (16, 16))
    first = joint_heatmaps(points, score, (16, 16))
    assert torch.equal(out, torch.stack([first, first.flip(1)]))


def test_a_person_who_is_not_there_changes_nothing(clip):
    points, score = (torch.tensor(one) for one in clip)
    points[1], score[1] = torch.nan, 0
    alone = joint_heatmaps(points[:1], score[:1], (20, 20))
    assert torch.equal(joint_heatmaps(points, score, (20, 20)), alone)


def test_gradients_reach_the_points(clip):
    points, score = (torch.tensor(one) for one in clip)
    points[score == 0] = torch.nan
    points.requires_grad_()
    joint_heatmaps(points, score, (20, 20)).sum().backward()
    assert points.grad.isfinite().all()
    assert (points.grad[score == 0] == 0).all() and points.grad.any()


def test_the_box_is_the_picture():
    middle = to_grid(torch.tensor(0.0), 2.0, 28)
    assert middle == 13.5  # between the 14th pixel and the 15th
    # Outer borders of the first pixel and the last.
    edges = to_grid(torch.tensor([-2.0, 2.0]), 2.0, 28)
    assert edges.tolist() == [-0.5, 27.5]


def test_the_mirror_image_is_the_flipped_picture():
    x = torch.randn(1, 3, 17, 2)
    seen = torch.rand(1, 3, 17) > 0.2
    other = x * torch.tensor([-1, 1])
    ours, mirrored = (
        joint_heatmaps(to_grid(one, 2.0, 28), seen, (28, 28), 1.0)
        for one in (x, other)
    )
    # Cut off towards the first pixel, so not quite the same at three sigma.
    torch.testing.assert_close(mirrored, ours.flip(-1), atol=0.02, rtol=0)
    assert ours.amax() > 0.5
