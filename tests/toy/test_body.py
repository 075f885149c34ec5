"""Bodies differ, but stay human."""

import numpy as np

from skeletonmae_plugin.toy.body import FRAMES, POINTS, Body, sample_body


def test_every_frame_comes_after_its_parent():
    order = list(FRAMES)
    assert all(
        order.index(parent) < order.index(frame)
        for frame, parent in FRAMES.items()
        if parent
    )


def test_points_hang_on_frames_that_exist():
    assert {frame for frame, _ in Body().point_offsets().values()} <= set(
        FRAMES
    )


def test_left_points_mirror_right_ones():
    points = Body().point_offsets()
    for name in POINTS:
        if name.startswith('left_'):
            _, left = points[name]
            _, right = points[name.replace('left', 'right')]
            assert left == (-right[0], right[1], right[2])


def test_sampled_bodies_vary_within_human_limits():
    bodies = [sample_body(np.random.default_rng(seed)) for seed in range(100)]
    heights = np.array([body.height for body in bodies])
    legs = np.array(
        [(body.thigh + body.shank) / body.height for body in bodies]
    )
    assert heights.std() > 0.05 and legs.std() > 0.01
    assert heights.min() >= 1.4 and heights.max() <= 2
    assert legs.min() > 0.4 and legs.max() < 0.58
