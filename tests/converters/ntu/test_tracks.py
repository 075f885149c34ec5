import numpy as np

from skeletonmae_plugin.converters.ntu.skeleton_file import Recording
from skeletonmae_plugin.converters.ntu.tracks import link_bodies, motion_of


def recording(rows):
    """Rows of (frame, number); all coordinates of row k are k."""
    frame, numbers = zip(*rows, strict=True)
    points = np.arange(len(rows), dtype=np.float32)[:, None, None]
    return Recording(
        num_frames=max(frame) + 1,
        frame=np.array(frame),
        body_id=numbers,
        points=np.broadcast_to(points, (len(rows), 25, 3)),
    )


def test_bodies_are_linked_by_number_whatever_their_order():
    rows = [(0, 5), (1, 8), (1, 5), (2, 5), (2, 8)]
    tracks = {track.start: track for track in link_bodies(recording(rows))}
    assert tracks[0].points[:, 0, 0].tolist() == [0, 2, 3]
    assert tracks[1].points[:, 0, 0].tolist() == [1, 4]
    assert tracks[1].end == 3


def test_frames_without_a_body_are_cut_out():
    (first, second) = link_bodies(recording([(3, 1), (7, 1), (7, 2)]))
    assert (first.start, first.end) == (0, 2)
    assert (second.start, second.end) == (1, 2)


def test_gaps_of_a_body_are_closed():
    rows = [(0, 1), (0, 2), (1, 2), (2, 2), (3, 1), (3, 2)]
    by_length = {len(t.points): t for t in link_bodies(recording(rows))}
    lost = by_length[2]  # seen in frames 0 and 3
    assert (lost.start, lost.end) == (0, 2)
    assert lost.points[:, 0, 0].tolist() == [0, 4]


def test_those_that_move_most_come_first():
    rows = [(0, 1), (0, 2), (1, 1), (9, 2)]
    far, near = link_bodies(recording(rows))
    assert far.points[:, 0, 0].tolist() == [0, 2]
    assert near.points[:, 0, 0].tolist() == [1, 3]  # equal: the earlier first
    rows = [(0, 1), (0, 2), (1, 1), (2, 1), (3, 2)]
    first, second = link_bodies(recording(rows))
    assert len(first.points) == 2 and first.motion > second.motion


def test_motion_is_the_variance_of_all_axes():
    points = np.random.default_rng(0).normal(size=(6, 25, 3))
    axes = [points[..., axis].ravel() for axis in range(3)]
    expected = sum(((a - a.mean()) ** 2).mean() for a in axes)
    np.testing.assert_allclose(motion_of(points), expected, rtol=1e-12)
    assert motion_of(np.ones((4, 25, 3))) == 0
