import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from skeletonmae_plugin.layouts import get_layout, layout_names
from skeletonmae_plugin.visualization import draw


def make_clip(name='coco', channels=2, persons=2, frames=8):
    rng = np.random.default_rng(0)
    layout = get_layout(name)
    shape = (persons, frames, layout.num_joints)
    x = rng.normal(size=(*shape, channels))
    mask = rng.random(shape) < 0.3
    return x, mask, np.ones(shape, bool)


def picture(rows, **kwargs):
    return draw.figure_to_image(draw.draw_strip('coco', rows, **kwargs))


@pytest.mark.parametrize('name', layout_names())
@pytest.mark.parametrize('channels', [2, 3])
def test_every_layout_is_drawn(name, channels, tmp_path):
    x, mask, valid = make_clip(name, channels)
    rows = draw.reconstruction_rows(x, mask, valid, x + 0.1)
    path = tmp_path / 'clip.png'
    fig = draw.draw_strip(name, rows, 2, 'title', 'subtitle')
    draw.save_figure(fig, path)
    image = np.asarray(Image.open(path).convert('RGB'))
    assert min(image.shape[:2]) > 200
    assert len(np.unique(image.reshape(-1, 3), axis=0)) > 50


def test_picture_depends_on_mask_prediction_and_valid():
    x, mask, valid = make_clip()
    other_mask = mask.copy()
    other_mask[0, 4] = ~mask[0, 4]
    absent = valid.copy()
    absent[1] = False
    images = [
        picture(draw.reconstruction_rows(*args), num_frames=1)
        for args in (
            (x, mask, valid, x),
            (x, other_mask, valid, x),
            (x, mask, valid, x + 1),
            (x, mask, absent, x),
        )
    ]
    assert all(image.shape == images[0].shape for image in images[:3])
    assert all((images[0] != image).any() for image in images[1:3])
    assert images[3].tobytes() != images[0].tobytes()


def test_a_pose_is_that_of_its_frame():
    x, _, valid = make_clip(persons=1)
    valid[0, 2, :9] = False
    for frame, joints in ((1, 17), (2, 8)):
        fig = Figure()
        ax = fig.add_subplot()
        draw.draw_pose(ax, 'coco', x, valid, frame)
        (bones, points, _) = ax.collections
        shown = np.asarray(points.get_offsets())
        np.testing.assert_allclose(
            shown, draw.project(x[0, frame, 17 - joints :])
        )
        assert len(bones.get_segments()) <= len(get_layout('coco').bones)
        # All of it is within the panel.
        (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
        assert (shown > (left, low)).all() and (shown < (right, high)).all()


def test_invalid_joints_are_not_looked_at():
    x, mask, valid = make_clip()
    valid[1] = False
    wild = np.where(valid[..., None], x, 1e6)
    rows, wild_rows = (
        draw.reconstruction_rows(a, mask, valid, a) for a in (x, wild)
    )
    np.testing.assert_array_equal(
        picture(rows, num_frames=2), picture(wild_rows, num_frames=2)
    )


def test_reconstructed_row_keeps_visible_joints():
    x, mask, valid = make_clip()
    _, _, row = draw.reconstruction_rows(x, mask, valid, x + 5)
    np.testing.assert_array_equal(row.x[~mask], x[~mask])
    np.testing.assert_array_equal(row.x[mask], x[mask] + 5)


def test_empty_clip_is_drawn():
    x, mask, valid = make_clip()
    rows = draw.reconstruction_rows(x * 0, mask, valid & False, x)
    assert picture(rows, num_frames=1).any()


def test_panels_follow_a_walk():
    x, _, valid = make_clip(persons=1)
    standing = picture([draw.Row('', x, valid)])
    walking = x + 50 * np.arange(8.0)[:, None, None]
    moved = picture([draw.Row('', walking, valid)])
    assert moved.shape == standing.shape
    assert np.abs(moved.astype(int) - standing).mean() < 1


def test_image_axis_points_down():
    np.testing.assert_array_equal(
        draw.project(np.array([[1.0, 2.0]])), [[1.0, -2.0]]
    )


@pytest.mark.parametrize('axis', [0, 1, 2])
@pytest.mark.parametrize('sign', [1, -1])
def test_head_is_above_feet_in_3d(axis, sign):
    layout = get_layout('kinect20')
    x = np.zeros((1, 4, 20, 3))
    x[..., layout.parts['head'], axis] = sign
    for part in ('left_leg', 'right_leg'):
        x[..., layout.parts[part], axis] = -sign
    up = draw.up_axis(x, np.ones(x.shape[:-1], bool), layout)
    assert up == (axis, sign)
    flat = draw.project(x, up)[0, 0]
    head = flat[list(layout.parts['head']), 1].mean()
    feet = flat[list(layout.parts['left_leg']), 1].mean()
    assert head - feet > 1.9


@pytest.mark.parametrize('up', [(a, s) for a in range(3) for s in (1, -1)])
def test_projection_is_no_mirror(up):
    """Seen from above, a turn about the upward axis goes anti-clockwise."""
    axis, sign = up
    following = np.eye(3)[[axis - 2, axis - 1]]  # a right-handed turn
    turn = np.linalg.det(draw.project(following, up))
    assert np.sign(turn) == sign


def test_wrong_number_of_coordinates_or_joints():
    with pytest.raises(ValueError, match='2 or 3 coordinates, got 4'):
        draw.project(np.zeros((1, 4)))
    x, mask, valid = make_clip()
    with pytest.raises(ValueError, match='V=17'):
        draw.draw_clip('kinect20', x, valid)


def test_pick_frames():
    assert draw.pick_frames(3, 6) == [0, 1, 2]
    assert draw.pick_frames(1, 6) == [0]
    frames = draw.pick_frames(100, 4)
    assert frames == [12, 37, 62, 87]


def test_colours_tell_left_from_right():
    colours = draw.part_colours('coco')
    assert len(set(colours.values())) == len(colours)
    many = dict(
        joints=[f'j{i}' for i in range(9)],
        bones=[(i, i + 1) for i in range(8)],
        parts={f'p{i}': [i] for i in range(9)},
    )
    assert len(draw.part_colours(many)) == 9
    assert all(draw.joint_colours(many))


@pytest.mark.parametrize(
    'away, seen', [(0.0, True), (1.2, True), (1.4, True), (99.0, False)]
)
def test_a_guess_beside_the_body_is_in_the_picture(away, seen):
    """A far one, or none that is a number, leaves the body its room."""
    layout = get_layout('coco')
    x = np.random.default_rng(0).uniform(-1, 1, (1, 1, 17, 2))
    x[0, 0, :2] = [[-1, -1], [1, 1]]
    valid = np.ones(x.shape[:-1], bool)
    mask = valid & (np.arange(17) == 5)
    pred = x.copy()
    pred[0, 0, 5] = [away, 0]
    rows = draw.reconstruction_rows(x, mask, valid, pred)
    fig = draw.draw_strip(layout, rows)
    (left, right), widths = fig.axes[0].get_xlim(), set()
    for ax in fig.axes:
        widths.add(ax.get_xlim())
    assert len(widths) == 1  # all rows alike
    assert (left <= away <= right) == seen
    assert right <= 1.5 * 1.1 + 1e-6
    pred[0, 0, 5] = np.nan
    draw.draw_strip(layout, draw.reconstruction_rows(x, mask, valid, pred))
