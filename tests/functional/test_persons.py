import numpy as np

from skeletonmae_plugin.functional.persons import rank_persons, times_seen


def test_joints_are_counted_or_weighed():
    valid = np.zeros((2, 3, 4, 5), bool)
    valid[0, 1, :2] = True
    score = np.full(valid.shape, 0.5, np.float32)
    score[~valid] = np.nan  # not looked at
    assert times_seen(valid).tolist() == [[0, 10, 0], [0, 0, 0]]
    assert times_seen(valid, score).tolist() == [[0, 5, 0], [0, 0, 0]]


def test_best_first_in_the_order_of_the_file():
    seen = np.array([[1.0, 5, 5, 2], [0, 0, 3, -1], [-1, -1, -1, -1]])
    assert rank_persons(seen, 3).tolist() == [
        [1, 2, 3],
        [2, 0, 1],
        [-1, -1, -1],
    ]
    assert rank_persons(seen[1], 6).tolist() == [2, 0, 1, -1, -1, -1]
    assert rank_persons(np.zeros((2, 0)), 1).tolist() == [[-1], [-1]]
