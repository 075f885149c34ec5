import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from skeletonmae_plugin.functional.normalize import (
    body_centre,
    body_scale,
    denormalize,
    normalize,
    normalize_body,
)

JOINTS = (3, 4)


def clip(seed=0, lead=(2,), coords=3, seen=0.7):
    rng = np.random.default_rng(seed)
    x = rng.normal(200, 30, (*lead, 2, 5, 6, coords)).astype(np.float32)
    return x, rng.random(x.shape[:-1]) < seen


def apply(x, known, per='clip'):
    centre, scale = body_centre(x, known, JOINTS, per), body_scale(x, known)
    return normalize(x, centre, scale, known), centre, scale


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 999),
    coords=st.sampled_from([2, 3]),
    lead=st.sampled_from([(), (1,), (3,), (2, 3)]),
    seen=st.floats(0, 1),
    per=st.sampled_from(['clip', 'frame']),
)
def test_numpy_equals_torch(seed, coords, lead, seen, per):
    x, known = clip(seed, lead, coords, seen)
    ours = apply(x, known, per)
    theirs = apply(torch.from_numpy(x), torch.from_numpy(known), per)
    for a, b in zip(ours, theirs, strict=True):
        assert a.dtype == np.float32 and b.dtype == torch.float32
        np.testing.assert_allclose(a, b.numpy(), rtol=1e-3, atol=1e-3)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 999),
    seen=st.floats(0, 1),
    per=st.sampled_from(['clip', 'frame']),
)
def test_unknown_joints_have_no_influence(seed, seen, per):
    x, known = clip(seed, seen=seen)
    other = x.copy()
    other[~known] = np.random.default_rng(1).choice([np.nan, np.inf, -7e5])
    for a, b in zip(
        apply(x, known, per), apply(other, known, per), strict=True
    ):
        np.testing.assert_array_equal(a, b)
        assert np.isfinite(a).all()


def test_normalising_forgets_place_and_size():
    x, known = clip(seen=1.0)
    plain = apply(x, known)[0]
    moved = apply(2.5 * x + np.float32([100, -30, 7]), known)[0]
    np.testing.assert_allclose(plain, moved, atol=1e-4)
    assert 0.3 < plain.std() < 1.5


def test_the_centre_is_that_of_the_centre_joints():
    x, known = clip(seen=1.0)
    centre = body_centre(x, known, JOINTS)
    assert centre.shape == (2, 1, 1, 1, 3)
    np.testing.assert_allclose(
        centre[:, 0, 0, 0], x[..., JOINTS, :].mean((1, 2, 3)), rtol=1e-5
    )
    centre = body_centre(x, known, JOINTS, 'frame')
    assert centre.shape == (2, 1, 5, 1, 3)
    np.testing.assert_allclose(
        centre[:, 0, :, 0], x[..., JOINTS, :].mean((1, 3)), rtol=1e-5
    )


def test_without_centre_joints_the_others_stand_in():
    x, known = clip(seen=1.0)
    known[..., JOINTS] = False
    centre = body_centre(x, known, JOINTS)
    np.testing.assert_allclose(
        centre[:, 0, 0, 0], x[..., [0, 1, 2, 5], :].mean((1, 2, 3)), rtol=1e-5
    )


def test_the_scale_does_not_see_a_walk():
    x, known = clip(seen=1.0)
    walk = x + 1000 * np.arange(5, dtype=np.float32)[:, None, None]
    np.testing.assert_allclose(
        body_scale(x, known), body_scale(walk, known), rtol=1e-3
    )


def test_the_scale_hardly_depends_on_how_many_joints_are_seen():
    rng = np.random.default_rng(0)
    x = rng.normal(0, 3, (2, 400, 20, 3)).astype(np.float32)
    full = body_scale(x, np.ones(x.shape[:-1], bool)).item()
    few = body_scale(x, np.arange(20) < np.full((2, 400, 1), 3)).item()
    assert full == pytest.approx(3 * 3**0.5, rel=0.02)
    assert few == pytest.approx(full, rel=0.05)


@pytest.mark.parametrize('place', [0.1, 733.3])
def test_what_cannot_be_measured_keeps_a_tame_size(place):
    x = np.full((2, 4, 5, 2), place, np.float32)
    known = np.ones(x.shape[:-1], bool)
    assert body_scale(x, known).item() == pytest.approx(2**0.5 * place)
    assert not apply(x, known)[0].round(4).any()
    known[..., 1:] = False  # one joint, the others hidden
    x[..., 1:, :] *= 1.5
    centre, scale = body_centre(x, known, JOINTS), body_scale(x, known)
    target = normalize(x, centre, scale, np.ones_like(known))
    assert abs(target).max() < 1


def test_nothing_known_gives_zeros_and_scale_one():
    x, known = clip(seen=0.0)
    none, centre, scale = apply(x, known)
    assert not none.any() and not centre.any() and (scale == 1).all()


def test_denormalize_is_the_inverse_and_the_absent_stay_zero():
    x, known = clip()
    normal, centre, scale = apply(x, known)
    assert not normal[~known].any()
    back = denormalize(normal, centre, scale, known)
    np.testing.assert_allclose(back[known], x[known], rtol=1e-5)
    assert not back[~known].any()


@pytest.mark.parametrize('seen', [0.05, 0.3, 1.0])
def test_centre_and_scale_against_a_loop(seen):
    x, known = clip(seen=seen)
    centre, scale = body_centre(x, known, JOINTS), body_scale(x, known)
    for n in range(len(x)):
        core = known[n] & np.isin(np.arange(6), JOINTS)
        points = x[n][core if core.any() else known[n]]
        np.testing.assert_allclose(centre[n].ravel(), points.mean(0), 1e-5)
        squares, freedom = 0, 0
        for i in np.ndindex(x.shape[1:3]):
            joints = x[n][i][known[n][i]].astype(float)
            if len(joints):
                squares += ((joints - joints.mean(0)) ** 2).sum()
                freedom += len(joints) - 1
        if freedom:
            expected = (squares / freedom) ** 0.5
            np.testing.assert_allclose(scale[n].item(), expected, 1e-4)


@pytest.mark.parametrize('kind', ['numpy', 'torch'])
@pytest.mark.parametrize('coords', [2, 3])
@pytest.mark.parametrize('per', ['clip', 'frame'])
@pytest.mark.parametrize('hidden', [False, True])
def test_all_at_once_equals_one_after_another(kind, coords, per, hidden):
    x, valid = clip(coords=coords)
    known = valid & (x[..., 0] > 190) if hidden else valid
    centre, scale = body_centre(x, known, JOINTS, per), body_scale(x, known)
    expected = normalize(x, centre, scale, valid)
    given = (x.copy(), known, valid)
    if kind == 'torch':
        x_, valid_ = torch.from_numpy(x.copy()), torch.from_numpy(valid)
        known_ = torch.from_numpy(known) if hidden else valid_
        given = (x_, known_, valid_)
    found = normalize_body(*given, JOINTS, per)
    for one, other in zip(found, (expected, centre, scale), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(given[0], x)
    assert not np.asarray(found[0])[~valid].any()


def test_a_long_way_does_not_pass_for_a_point():
    x, known = clip(seen=1.0)
    way = np.float32([20000, 0, 0]) * np.arange(5)[:, None, None] / 4
    np.testing.assert_allclose(
        body_scale(x, known), body_scale(x + way, known), rtol=0.02
    )


def test_an_unknown_centre_is_refused():
    x, known = clip()
    with pytest.raises(ValueError, match="'clip' or 'frame', got 'day'"):
        body_centre(x, known, JOINTS, 'day')
