import numpy as np
import pytest
import torch

from skeletonmae_plugin.functional.arrays import (
    as_like,
    namespace,
    only,
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
