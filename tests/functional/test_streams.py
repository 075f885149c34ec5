"""Streams, and that unknown joints stay unknown in them."""

import numpy as np
import pytest
import torch
import torch._dynamo
from hypothesis import given
from hypothesis import strategies as st
from mmaction.datasets.transforms import GenSkeFeat

from skeletonmae_plugin.functional.streams import skeleton_streams
from skeletonmae_plugin.layouts import get_layout

PARENTS = get_layout('coco').parents
ALL = ('coordinate', 'velocity', 'bone', 'centred', 'bone_velocity')
OF_MMACTION = dict(j='coordinate', b='bone', jm='velocity', bm='bone_velocity')


def test_streams_equal_a_loop():
    x = np.random.default_rng(0).normal(size=(2, 6, 17, 2))
    out = skeleton_streams(x, ALL, PARENTS)
    for t in range(6):
        for v in range(17):
            assert np.array_equal(out[:, t, v, :2], x[:, t, v])
            before = x[:, max(t - 1, 0), v]
            assert np.array_equal(out[:, t, v, 2:4], x[:, t, v] - before)
            assert np.array_equal(
                out[:, t, v, 4:6], x[:, t, v] - x[:, t, PARENTS[v]]
            )
            np.testing.assert_allclose(
                out[:, t, v, 6:8], x[:, t, v] - x[:, :, v].mean(1), atol=1e-12
            )
            np.testing.assert_allclose(
                out[:, t, v, 8:],
                (x[:, t, v] - before)
                - (x[:, t, PARENTS[v]] - x[:, max(t - 1, 0), PARENTS[v]]),
                atol=1e-12,
            )


def test_names_of_mmaction_are_other_names_of_ours():
    x = np.random.default_rng(0).normal(size=(2, 6, 17, 2))
    theirs = skeleton_streams(x, list(OF_MMACTION), PARENTS)
    ours = skeleton_streams(x, list(OF_MMACTION.values()), PARENTS)
    assert np.array_equal(ours, theirs)
    # Their motion is that to the next frame, ours that from the one before.
    motion = GenSkeFeat(dataset='coco', feats=['jm'])(dict(keypoint=x))
    assert np.array_equal(motion['keypoint'][:, :-1], theirs[:, 1:, :, 4:6])


@given(st.integers(0, 2**32 - 1))
def test_numpy_equals_torch(seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(3, 4, 17, 2)).astype(np.float32)
    known = rng.random((3, 4, 17)) > 0.3
    ours = skeleton_streams(x, ALL, PARENTS, known)
    theirs = skeleton_streams(
        torch.from_numpy(x), ALL, PARENTS, torch.from_numpy(known)
    )
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours, theirs.numpy(), atol=1e-6)


@given(st.integers(0, 2**32 - 1))
def test_a_centred_joint_moves_about_its_mean_when_known(seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(2, 5, 17, 2))
    known = rng.random((2, 5, 17)) > 0.6
    out = skeleton_streams(x, ['centred'], PARENTS, known)
    assert not out[~known].any()
    np.testing.assert_allclose(out.sum(1), 0, atol=1e-12)
    for n, v in np.ndindex(2, 17):
        seen = x[n, known[n, :, v], v]
        if len(seen):
            np.testing.assert_allclose(
                out[n, known[n, :, v], v], seen - seen.mean(0), atol=1e-12
            )
    # Where the joint stands plays no part.
    moved = x + rng.normal(size=(2, 1, 17, 2))
    again = skeleton_streams(moved, ['centred'], PARENTS, known)
    np.testing.assert_allclose(again, out, atol=1e-9)


@given(st.integers(0, 2**32 - 1))
def test_unknown_joints_leave_no_trace(seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(5, 17, 2))
    known = rng.random((5, 17)) > 0.4
    changed = np.where(known[..., None], x, np.nan)
    np.testing.assert_array_equal(
        skeleton_streams(x, ALL, PARENTS, known),
        skeleton_streams(changed, ALL, PARENTS, known),
    )


@pytest.mark.parametrize('streams', [(), ('speed',), 'velocity'])
def test_unknown_streams_are_refused(streams):
    with pytest.raises(
        ValueError, match='coordinate, velocity, bone, centred'
    ):
        skeleton_streams(np.zeros((2, 17, 2)), streams, PARENTS)


@torch._dynamo.config.patch(disable=False)
def test_streams_compile_into_one_graph():
    torch._dynamo.reset()
    x = torch.randn(2, 6, 17, 2)
    known = torch.rand(2, 6, 17) > 0.3
    compiled = torch.compile(skeleton_streams, backend='eager', fullgraph=True)
    for _ in range(2):  # the constants are made, then kept
        torch.testing.assert_close(
            compiled(x, ALL, PARENTS, known),
            skeleton_streams(x, ALL, PARENTS, known),
            rtol=0,
            atol=0,
        )


def test_streams_hand_a_gradient_back():
    x = torch.randn(2, 6, 17, 2, requires_grad=True)
    known = torch.rand(2, 6, 17) > 0.3
    skeleton_streams(x, ALL, PARENTS, known).square().sum().backward()
    assert (x.grad != 0).any(-1)[known].all()
    assert not x.grad[~known].any()
