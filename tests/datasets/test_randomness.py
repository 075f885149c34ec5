import numpy as np

from skeletonmae_plugin.datasets.randomness import (
    clip_rng,
    get_rng,
    name_rng,
)


def test_clip_rng_is_a_function_of_all_three():
    def number(*key):
        return clip_rng(*key).random()

    assert number(1, 2, 3) == number(1, 2, 3)
    others = [
        number(1, 2, 3),
        number(2, 1, 3),
        number(1, 3, 2),
        number(0, 2, 3),
        number(1, 2, 4),
    ]
    assert len(set(others)) == 5


def test_get_rng_takes_what_is_there():
    rng = np.random.default_rng(0)
    assert get_rng(dict(rng=rng, test_mode=True)) is rng


def test_a_test_depends_on_the_name_only():
    def number(**results):
        return get_rng(dict(test_mode=True, **results)).random()

    assert number(frame_dir='a', sample_idx=1) == number(frame_dir='a')
    assert number(frame_dir='a') != number(frame_dir='b')
    assert number(frame_dir='a') == name_rng('a').random()
    assert number() == number()


def test_training_without_a_dataset_of_ours_follows_numpy():
    def number(seed):
        np.random.seed(seed)
        return get_rng({}).random()

    assert number(1) == number(1) != number(2)


def test_one_stream_a_clip():
    results = dict(test_mode=True, frame_dir='a')
    assert get_rng(results).random() != get_rng(results).random()
