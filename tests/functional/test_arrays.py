import numpy as np
import pytest
import torch

from skeletonmae_plugin.functional.arrays import (
    as_like,
    constant,
    contiguous,
    for_each_joint,
    joint_sum,
    namespace,
    only,
    pick_rows,
    square_sum,
    sum_over,
    to_float32,
    trailing,
)

KINDS = [np.zeros(2, np.float16), torch.zeros(2, dtype=torch.float16)]


@pytest.mark.parametrize('x', KINDS, ids=['numpy', 'torch'])
@pytest.mark.parametrize(
    'value', [[1.0, 2.0], np.array([1.0, 2.0]), torch.tensor([1.0, 2.0])]
)
def test_values_take_kind_and_dtype_of_the_array(x, value):
    y = as_like(value, x)
    assert type(y) is type(x) and y.dtype == x.dtype
    assert namespace(y) is namespace(x) and y.tolist() == [1, 2]
    assert trailing(value, x, 2).shape == (2, 1, 1)


@pytest.mark.parametrize('convert', [np.asarray, torch.as_tensor])
def test_unknown_joints_are_zero_whatever_they_hold(convert):
    x = convert([[np.nan, 1.0], [np.inf, 2.0], [3.0, -4.0]])
    y = only(x, convert([False, False, True]))
    assert y.tolist() == [[0, 0], [0, 0], [3, -4]]


def test_constants_of_torch_are_kept():
    x = torch.zeros(1)
    for values in ((2, 0, 1), np.array([2, 0, 1]), [2, 0, 1]):
        assert constant(values, np.zeros(1)).tolist() == [2, 0, 1]
        assert constant(values, x) is constant((2, 0, 1), x)
    matrix = np.array([[True, False]])
    assert constant(matrix, x).dtype == torch.bool
    assert constant(range(3), x).tolist() == [0, 1, 2]


def test_constants_that_are_equal_keep_their_kinds():
    x = torch.zeros(1)
    for values, dtype in (
        ((True, False, True), torch.bool),
        ((1, 0, 1), torch.int64),
        ((1.0, 0.0, 1.0), torch.float32),
        ((True, False, True), torch.bool),
    ):
        assert constant(values, x).dtype == dtype
        assert constant(values, x) is constant(list(values), x)


@pytest.mark.parametrize('dtype', [np.float16, np.float32, np.float64])
@pytest.mark.parametrize('convert', [np.asarray, torch.from_numpy])
def test_every_width_of_numbers(dtype, convert):
    rng = np.random.default_rng(0)
    raw = rng.normal(size=(4, 2, 3, 5, 3)).astype(dtype)
    seen = rng.random(raw.shape[:-1]) < 0.5
    x, known = convert(raw), convert(seen)
    assert only(x, known).dtype == x.dtype
    np.testing.assert_array_equal(
        only(x, known), np.where(seen[..., None], raw, 0)
    )
    some = only(x[:, :, ::2], known[:, :, ::2])  # not contiguous
    np.testing.assert_array_equal(some, only(x, known)[:, :, ::2])
    close = dict(rtol=1e-2 if dtype == np.float16 else 1e-5)
    np.testing.assert_allclose(joint_sum(x), raw.sum(-2), atol=0.02, **close)
    np.testing.assert_allclose(
        joint_sum(x, (4, 1, 4)),
        raw[..., [4, 1, 4], :].sum(-2),
        atol=0.02,
        **close,
    )
    np.testing.assert_allclose(
        sum_over(x, 2), raw.sum((2, 3), keepdims=True), atol=0.05, **close
    )
    np.testing.assert_array_equal(to_float32(x), raw.astype(np.float32))
    assert to_float32(x).dtype == namespace(x).float32
    np.testing.assert_allclose(
        square_sum(x)[..., 0], (raw**2).sum((3, 4)), **close
    )
    points = x[..., 0, :]
    np.testing.assert_array_equal(
        x - for_each_joint(points, 5), raw - raw[..., :1, :]
    )


@pytest.mark.parametrize('convert', [np.asarray, torch.from_numpy])
def test_rows_are_taken_by_number(convert):
    rng = np.random.default_rng(0)
    x, index = rng.random((2, 3, 4, 5)), rng.integers(0, 4, (2, 1, 7))
    out = pick_rows(convert(x), convert(index))
    assert out.shape == (2, 3, 7, 5)
    for n, m, t in np.ndindex(2, 3, 7):
        assert (np.asarray(out[n, m, t]) == x[n, m, index[n, 0, t]]).all()


@pytest.mark.parametrize('convert', [np.asarray, torch.from_numpy])
def test_numbers_are_put_into_the_order_of_the_axes(convert):
    x = convert(np.arange(6).reshape(2, 3)).swapaxes(0, 1)
    y = contiguous(x)
    assert y.reshape(-1).tolist() == [0, 3, 1, 4, 2, 5]
    strides = y.stride() if torch.is_tensor(y) else [n // 8 for n in y.strides]
    assert tuple(strides) == (2, 1)
