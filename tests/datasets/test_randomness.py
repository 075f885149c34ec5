"""Numbers that belong to a clip, whoever draws beside it."""

import pickle

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from skeletonmae_plugin.datasets.randomness import (
    ClipRandom,
    _box_muller,
    clip_keys,
    get_rng,
    global_keys,
    name_keys,
)

DRAWS = dict(
    random=lambda rng, size: rng.random(size),
    uniform=lambda rng, size: rng.uniform(-2, [3.0], size),
    normal=lambda rng, size: rng.standard_normal(size),
    integers=lambda rng, size: rng.integers(-3, 1000, size),
)


def of(seed=0, epoch=0, draws=(0,)):
    return ClipRandom(clip_keys(seed, epoch, draws))


def number(*key):
    seed, epoch, draw = key
    return of(seed, epoch, [draw]).random().item()


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**40),
    groups=st.lists(st.integers(1, 4), min_size=1, max_size=4),
    rows=st.integers(1, 3),
    tail=st.sampled_from([(), (1,), (5,), (2, 3)]),
    calls=st.lists(st.sampled_from(sorted(DRAWS)), min_size=1, max_size=5),
)
def test_any_grouping_of_clips_draws_the_same(seed, groups, rows, tail, calls):
    draws = np.random.default_rng(0).permutation(1000)[: sum(groups)]

    def drawn(draws):
        rng = of(seed, 4, draws)
        size = (rows * len(draws), *tail)
        return [DRAWS[name](rng, size) for name in calls]

    ends = np.cumsum(groups)
    parts = [
        drawn(draws[end - size : end])
        for end, size in zip(ends, groups, strict=True)
    ]
    for whole, *pieces in zip(drawn(draws), *parts, strict=True):
        assert whole.shape == (rows * len(draws), *tail)
        np.testing.assert_array_equal(whole, np.concatenate(pieces))


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    clips=st.integers(1, 4),
    count=st.integers(1, 40),
)
def test_numpy_equals_torch(seed, clips, count):
    ours = of(seed, 1, range(clips))
    ours.random(clips)  # the call counter goes along
    theirs = ours.to('cpu')
    for name in [*DRAWS] * 5:  # over the end of a block of calls
        a = DRAWS[name](ours, (clips, count))
        b = DRAWS[name](theirs, (clips, count))
        assert str(b.dtype) == f'torch.{a.dtype}'
        close = dict(rtol=1e-5, atol=1e-6)
        if name in ('random', 'integers'):
            close = dict(rtol=0, atol=0)
        np.testing.assert_allclose(a, b.numpy(), **close)


def test_one_clip_draws_any_shape():
    rng = of()
    assert rng.random().shape == () and rng.random(3).shape == (3,)
    assert rng.standard_normal([2, 0, 3]).shape == (2, 0, 3)
    assert len(of(draws=range(5))) == 5
    with pytest.raises(ValueError, match=r'multiple of 5.*got size \(4, 2\)'):
        of(draws=range(5)).random((4, 2))


def test_keys_of_another_kind_are_refused():
    with pytest.raises(ValueError, match=r'got \(2,\) of uint32'):
        ClipRandom(np.zeros(2, np.uint32))
    with pytest.raises(ValueError, match=r'got \(1, 2\) of int64'):
        ClipRandom(np.zeros((1, 2), np.int64))
    with pytest.raises(ValueError, match='low < high, got 3 and 3'):
        of().integers(3, 3, 2)


def test_a_copy_goes_on_where_the_original_stood():
    rng = of()
    rng.random(2)
    copy = pickle.loads(pickle.dumps(rng))
    np.testing.assert_array_equal(rng.random(9), copy.random(9))


def test_keys_are_a_function_of_all_three():
    assert number(1, 2, 3) == number(1, 2, 3)
    others = [
        number(1, 2, 3),
        number(2, 1, 3),
        number(1, 3, 2),
        number(0, 2, 3),
        number(1, 2, 4),
        number(1 + 2**32, 2, 3),
    ]
    assert len(set(others)) == 6
    keys = clip_keys(5, 1, range(200_000))
    assert keys.shape == (200_000, 2) and keys.dtype == np.uint32
    for column in keys.T:
        assert len(np.unique(column)) == len(keys)


# Quality. Chances of a false alarm are below 1e-6 each, and keys are fixed.


def chi_square(values, cells):
    counts = np.bincount((values * cells).astype(int), minlength=cells)
    expected = values.size / cells
    return ((counts - expected) ** 2 / expected).sum()


def uniform_enough(values, cells=256):
    spread = (2 * cells) ** 0.5
    return abs(chi_square(values.ravel(), cells) - cells) < 5 * spread


@pytest.mark.parametrize(
    'draw',
    [
        lambda: of(draws=range(4)).random((4, 50_000)),  # along a clip
        lambda: of(draws=range(100_000)).random((100_000, 2)),  # across clips
        lambda: np.concatenate(
            [of(0, epoch, [7]).random(50) for epoch in range(4000)]
        ),
        lambda: np.concatenate([of(seed).random(50) for seed in range(4000)]),
        lambda: ClipRandom(
            name_keys([f'clip{i:05d}' for i in range(50_000)])
        ).random((50_000, 4)),
    ],
)
def test_uniform(draw):
    values = draw()
    assert values.min() >= 0 and values.max() < 1
    assert uniform_enough(values)
    low_bits = values * 2**16 % 1  # the lowest 8 of the 24 bits
    assert uniform_enough(low_bits)


def test_uniform_over_many_calls_and_in_pairs():
    rng = of(draws=[3])
    values = np.stack([rng.random(5) for _ in range(40_000)])
    assert uniform_enough(values)
    pairs = np.floor(values[:, :4].reshape(-1, 2) * 16) @ [16, 1] / 256
    assert uniform_enough(pairs + 1 / 512)
    after = np.floor(np.stack([values[:-1], values[1:]], -1) * 16) @ [16, 1]
    assert uniform_enough(after / 256 + 1 / 512)


def correlation(a, b):
    return abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) * a.size**0.5


def test_neighbours_are_not_correlated():
    rng = of(draws=range(300))
    first, second = (rng.random((300, 500)) for _ in range(2))
    others = [
        (first[1:], first[:-1]),  # draws
        (first[:, 1:], first[:, :-1]),  # places
        (first[1:, 1:], first[:-1, :-1]),
        (first, second),  # calls
        (first, of(0, 1, range(300)).random((300, 500))),  # epochs
        (first, of(1, 0, range(300)).random((300, 500))),  # seeds
        (first[0::2], first[1::2]),
    ]
    for a, b in others:
        assert correlation(a, b) < 5
        assert correlation((a - 0.5) ** 2, (b - 0.5) ** 2) < 5


def test_normal_numbers():
    values = of(draws=range(100)).standard_normal((100, 5001)).astype(float)
    size = values.size
    assert np.isfinite(values).all()
    assert abs(values.mean()) < 5 / size**0.5
    assert abs(values.var() - 1) < 5 * (2 / size) ** 0.5
    assert abs((values**3).mean()) < 5 * (15 / size) ** 0.5
    assert abs((values**4).mean() - 3) < 5 * (96 / size) ** 0.5
    for far, share in ((1, 0.317311), (2, 0.0455), (3, 0.0027)):
        seen = (abs(values) > far).mean()
        assert seen == pytest.approx(share, abs=5 * (share / size) ** 0.5)
    half = values[:, :2500], values[:, 2501:]  # the two halves of a pair
    assert correlation(*half) < 5
    assert correlation(half[0] ** 2, half[1] ** 2) < 5


@pytest.mark.parametrize('convert', [np.float32, torch.tensor])
def test_the_ends_of_the_unit_interval_give_finite_normals(convert):
    ends = np.float32([[0, 1 - 2.0**-24, 0, 0.5]])
    drawn = _box_muller(convert(ends))
    assert np.isfinite(np.asarray(drawn)).all()
    assert abs(np.asarray(drawn)).max() < 6


def test_integers_are_uniform_within_their_bounds():
    drawn = of(draws=range(7)).integers(-2, 3, (7, 30_000))
    assert drawn.dtype == np.int64 and set(drawn.flat) == {-2, -1, 0, 1, 2}
    assert chi_square((drawn.ravel() + 2.5) / 5, 5) < 4 + 5 * 8**0.5
    wide = of().integers(0, 2**31 - 1, 1000)
    assert wide.min() >= 0 and wide.max() > 2**30


# The door of a pipeline.


def test_get_rng_takes_what_is_there():
    rng = np.random.default_rng(0)
    assert get_rng(dict(rng=rng, test_mode=True)) is rng


def test_a_test_depends_on_the_name_only():
    def drawn(**results):
        return get_rng(dict(test_mode=True, **results)).random().item()

    assert drawn(frame_dir='a', sample_idx=1) == drawn(frame_dir='a')
    assert drawn(frame_dir='a') != drawn(frame_dir='b')
    assert drawn(frame_dir='a') == ClipRandom(name_keys(['a'])).random().item()
    assert drawn() == drawn()


def test_training_without_a_dataset_of_ours_follows_numpy():
    def drawn(seed):
        np.random.seed(seed)
        return get_rng({}).random().item()

    assert drawn(1) == drawn(1) != drawn(2)
    assert len(np.unique(global_keys(50))) == 100


@pytest.mark.parametrize('test_mode', [True, False])
def test_a_batch_gets_a_generator_of_its_clips(test_mode):
    results = dict(
        batch_size=3,
        frame_dir=['a', 'b', 'c'],
        test_mode=test_mode,
        valid=torch.ones(3, 1, 4, 17, dtype=torch.bool),
    )
    drawn = get_rng(results).random((3, 2))
    assert isinstance(drawn, torch.Tensor)
    if test_mode:
        alone = get_rng(dict(frame_dir='b', test_mode=True)).random((1, 2))
        np.testing.assert_array_equal(drawn[1:2], alone)


def test_one_stream_a_clip():
    results = dict(test_mode=True, frame_dir='a')
    assert get_rng(results).random() != get_rng(results).random()
