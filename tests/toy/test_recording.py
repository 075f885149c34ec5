"""Annotations from points in space."""

import numpy as np
import pytest

from skeletonmae_plugin.layouts import get_layout
from skeletonmae_plugin.toy.recording import (
    Clip,
    record_metres,
    record_normalised,
    record_pixels,
)

COCO = get_layout('coco')
RECORDS = [record_pixels, record_metres, record_normalised]


def clip(**facts):
    return Clip(
        **{
            **dict(
                name='a',
                label=0,
                action='wave',
                performers=(0,),
                num_frames=12,
                splits=('train',),
            ),
            **facts,
        }
    )


def joints(persons=1, frames=12):
    """A person is about 1.7 m high and stands at the origin."""
    rng = np.random.default_rng(0)
    pose = rng.uniform([-0.4, 0, -0.2], [0.4, 1.7, 0.2], (persons, 1, 17, 3))
    return pose.repeat(frames, 1) + rng.normal(0, 0.01, (frames, 1, 3))


def record(function, clip, joints, seed=0):
    return function(clip, joints, COCO, np.random.default_rng(seed))


@pytest.mark.parametrize('function', RECORDS)
def test_shapes_and_seeds(function):
    made = record(function, clip(performers=(0, 1)), joints(2))
    coords = 3 if function is record_metres else 2
    assert made['keypoint'].shape == (2, 12, 17, coords)
    assert np.isfinite(made['keypoint']).all()
    if function is not record_metres:
        assert made['keypoint_score'].shape == (2, 12, 17)
    again = record(function, clip(performers=(0, 1)), joints(2))
    np.testing.assert_array_equal(made['keypoint'], again['keypoint'])
    other = record(function, clip(performers=(0, 1)), joints(2), seed=1)
    assert (made['keypoint'] != other['keypoint']).any()


def test_pixels_lie_in_the_picture():
    made = record(record_pixels, clip(img_shape=(240, 320)), joints())
    seen = made['keypoint'][made['keypoint_score'] > 0].astype(float)
    assert made['img_shape'] == (240, 320)
    assert (seen > 0).all() and (seen < [320, 240]).all()
    assert np.ptp(seen[:, 1]) > 100  # and fill it


def test_metres_keep_the_size_of_the_body():
    made = record(record_metres, clip(), joints())['keypoint']
    height = np.ptp(made[..., 1], -1).mean()
    assert height == pytest.approx(np.ptp(joints()[..., 1], -1).mean(), 0.15)


def test_normalised_is_centred_and_about_one_high():
    made = record(record_normalised, clip(), joints())['keypoint']
    assert 0.8 < np.ptp(made[..., 1], -1).max() < 1.1
    assert abs(made.min((0, 1, 2)) + made.max((0, 1, 2))).max() < 0.3


@pytest.mark.parametrize('function', [record_pixels, record_metres])
def test_nobody_is_seen_where_the_sensor_finds_none(function):
    made = record(function, clip(unseen=True), joints())
    assert not made['keypoint'].any()
    assert not made.get('keypoint_score', np.zeros(1)).any()


def test_passers_by_may_be_late_and_partners_never():
    def absent(action):
        """(persons, ) frames without a joint, over 20 clips."""
        made = [
            record(record_metres, clip(action=action), joints(2), seed)
            for seed in range(20)
        ]
        return sum((~m['keypoint'].any((-1, -2))).sum(-1) for m in made)

    actor, passer_by = absent('wave')
    assert actor == 0 and passer_by > 0
    assert (absent('handshake') == 0).all()
