import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from skeletonmae_plugin.datasets.known_joints import known_joints

NUMBERS = st.sampled_from(
    [0.0, -0.0, 1.0, -2.5, 1e-45, 3e38, np.nan, np.inf, -np.inf]
).map(np.float32)


@given(
    data=st.data(),
    coords=st.sampled_from([2, 3]),
    zero_is_missing=st.booleans(),
    score_thr=st.sampled_from([0.0, 0.5]),
    scored=st.booleans(),
)
def test_rule(data, coords, zero_is_missing, score_thr, scored):
    keypoint = data.draw(
        hnp.arrays(np.float32, (2, 3, coords), elements=NUMBERS)
    )
    score = None
    expected = np.isfinite(keypoint).all(-1)
    if zero_is_missing:
        expected &= (keypoint != 0).any(-1)
    if scored:
        score = data.draw(hnp.arrays(np.float32, (2, 3), elements=NUMBERS))
        expected &= ~np.isnan(score) & (score > score_thr)
    before = keypoint.copy()
    known = known_joints(keypoint, score, score_thr, zero_is_missing)
    np.testing.assert_array_equal(known, expected)
    np.testing.assert_array_equal(keypoint, before)
    there = known_joints(
        torch.from_numpy(keypoint),
        None if score is None else torch.from_numpy(score),
        score_thr,
        zero_is_missing,
    )
    np.testing.assert_array_equal(there, expected)
