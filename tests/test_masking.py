import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skeletonmae_plugin.layouts import get_layout, layout_names
from skeletonmae_plugin.masking import (
    draw_joint_mask,
    draw_part_mask,
    given_parts_mask,
    keep_visible,
)

COCO = get_layout('coco').part_matrix
periods = st.sampled_from(['frame', 'clip', 'tube'])
shapes = st.tuples(st.integers(1, 2), st.integers(1, 2), st.integers(1, 9))


def rng(seed=0):
    return np.random.default_rng(seed)


@settings(max_examples=60, deadline=None)
@given(
    shape=shapes,
    per=periods,
    tube=st.integers(1, 5),
    seed=st.integers(0, 99),
    name=st.sampled_from(layout_names()),
)
def test_some_parts_are_hidden_and_whole(shape, per, tube, seed, name):
    parts = get_layout(name).part_matrix
    low, high = 1, len(parts) - 1
    mask = draw_part_mask(rng(seed), parts, (low, high), shape, per, tube)
    assert mask.shape == (*shape, parts.shape[1]) and mask.dtype == bool
    hidden = (mask[..., None, :] & parts).sum(-1)  # (..., T, K)
    assert np.isin(hidden / parts.sum(-1), [0, 1]).all()
    count = (hidden > 0).sum(-1)
    assert count.min() >= low and count.max() <= high


@settings(max_examples=60, deadline=None)
@given(
    shape=shapes,
    per=periods,
    tube=st.integers(1, 5),
    seed=st.integers(0, 99),
    joints=st.integers(2, 25),
    ratio=st.floats(0.001, 0.999),
)
def test_ratio_hides_so_many_joints(shape, per, tube, seed, joints, ratio):
    mask = draw_joint_mask(rng(seed), joints, ratio, shape, per, tube)
    count = mask.sum(-1)
    assert (count == count.flat[0]).all()
    assert 1 <= count.flat[0] <= joints - 1
    assert abs(count.flat[0] - ratio * joints) <= 1


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 999),
    per=periods,
    seen=st.floats(0, 1),
    by_parts=st.booleans(),
)
def test_a_valid_joint_is_always_visible(seed, per, seen, by_parts):
    shape = (2, 7)
    valid = rng(seed).random((*shape, 17)) < seen
    mask = (
        draw_part_mask(rng(seed), COCO, 5, shape, per, 3, valid)
        if by_parts
        else draw_joint_mask(rng(seed), 17, 0.9, shape, per, 3, valid)
    )
    someone = valid.any(-1)
    assert (valid & ~mask).any(-1)[someone].all()


def test_the_life_of_a_draw():
    def draw(per, tube_len=1):
        return draw_joint_mask(rng(1), 25, 0.5, (3, 24), per, tube_len)

    def changes(mask):  # (3, 23)
        return (mask[:, 1:] != mask[:, :-1]).any(-1)

    assert not changes(draw('clip')).any()
    assert changes(draw('frame')).all()
    where = changes(draw('tube', 6))
    assert (where.sum(-1) <= 4).all() and (where.sum(-1) >= 3).all()
    for row in where:
        assert (np.diff(np.flatnonzero(row)) == 6).all()
    # Persons draw alone: they do not share their mask.
    clip = draw('clip')[:, 0]
    assert (clip[0] != clip[1]).any() and (clip[1] != clip[2]).any()


def test_every_part_is_drawn_equally_often():
    mask = draw_part_mask(rng(), COCO, 1, (6000,), 'frame')
    rate = (mask[:, None] & COCO).any(-1).mean(0)
    np.testing.assert_allclose(rate, 1 / 6, atol=0.02)


def test_a_mask_is_a_function_of_the_generator():
    masks = [
        draw_part_mask(rng(seed), COCO, 2, (4,), 'frame') for seed in (3, 3, 4)
    ]
    assert (masks[0] == masks[1]).all() and (masks[0] != masks[2]).any()


def test_given_parts():
    layout = get_layout('coco')
    mask = given_parts_mask(COCO, layout.part_indices(['left_arm']), (2, 3))
    hidden = [layout.joints[v] for v in np.flatnonzero(mask[1, 2])]
    assert hidden == ['left_elbow', 'left_wrist']
    assert (mask == mask[0, 0]).all()


def test_keep_visible_leaves_an_absent_person_and_uncovers_a_blind_one():
    mask = np.array([[1, 1, 0], [1, 1, 0], [1, 0, 0]], bool)
    valid = np.array([[0, 0, 0], [1, 1, 0], [1, 1, 0]], bool)
    expected = np.array([[1, 1, 0], [0, 0, 0], [1, 0, 0]], bool)
    assert (keep_visible(mask, valid) == expected).all()
    assert not keep_visible(np.ones((2, 3), bool)).any()


@pytest.mark.parametrize(
    'call, message',
    [
        (
            lambda: draw_joint_mask(rng(), 17, 1.0, (2,)),
            'mask_ratio must be in',
        ),
        (
            lambda: draw_joint_mask(rng(), 17, 0.0, (2,)),
            'mask_ratio must be in',
        ),
        (lambda: draw_joint_mask(rng(), 1, 0.5, (2,)), 'at least 2 joints'),
        (lambda: draw_part_mask(rng(), COCO, 6, (2,)), r'\[1, 5\].*got 6'),
        (lambda: draw_part_mask(rng(), COCO, (0, 2), (2,)), r'\[1, 5\]'),
        (lambda: draw_part_mask(rng(), COCO, 1, (2,), 'day'), "got 'day'"),
        (lambda: draw_part_mask(rng(), COCO, 1, (2,), 'tube', 0), 'tube_len'),
        (lambda: given_parts_mask(COCO, range(6), (2,)), 'fewer than all 6'),
        (lambda: given_parts_mask(COCO, [], (2,)), 'at least one'),
    ],
)
def test_impossible_masks_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
