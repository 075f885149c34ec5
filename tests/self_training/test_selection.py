import numpy as np
import pytest

from skeletonmae_plugin.self_training import select_confident


def scores_of(*pairs, num_classes=3):
    """Rows with this probability of this class, the rest evenly."""
    rows = []
    for label, probability in pairs:
        row = np.full(num_classes, (1 - probability) / (num_classes - 1))
        row[label] = probability
        rows.append(row)
    return np.array(rows)


def test_the_most_confident_of_each_predicted_class_are_taken():
    scores = scores_of(
        *[(0, p) for p in (0.95, 0.9, 0.85, 0.8)],  # all surer than class 2
        *[(2, p) for p in (0.5, 0.7, 0.6)],
    )
    chosen = select_confident('abcdefg', scores, 0.5)
    assert {name: pair.label for name, pair in chosen.items()} == dict(
        a=0, b=0, f=2, g=2
    )
    assert chosen['f'].confidence == pytest.approx(0.7)


@pytest.mark.parametrize(
    ('fraction', 'count'), [(0.01, 1), (0.3, 3), (0.7, 7), (0.71, 8), (1, 10)]
)
def test_parts_are_rounded_up(fraction, count):
    scores = scores_of(*[(1, 0.5 + 0.04 * i) for i in range(10)])
    chosen = select_confident('abcdefghij', scores, fraction)
    assert list(chosen) == list('abcdefghij')[-count:]


def test_a_rounding_error_takes_no_further_clip():
    assert 0.55 * 100 > 55  # as a computer multiplies
    scores = scores_of(*[(0, 0.9)] * 100)
    names = [f'{i:02d}' for i in range(100)]
    assert len(select_confident(names, scores, 0.55)) == 55


def test_the_order_of_the_clips_plays_no_part():
    rng = np.random.default_rng(0)
    scores = rng.dirichlet(np.ones(4), 30).round(1)  # many are equal
    names = [f'{i:02d}' for i in range(30)]
    chosen = select_confident(names, scores, 0.4)
    order = rng.permutation(30)
    again = select_confident([names[i] for i in order], scores[order], 0.4)
    assert again == chosen and list(again) != list(chosen)


@pytest.mark.parametrize('fraction', [0, -0.1, 1.1])
def test_impossible_fractions(fraction):
    with pytest.raises(ValueError, match=r'in \(0, 1\], got'):
        select_confident('a', scores_of((0, 0.9)), fraction)


def test_scores_that_do_not_fit_or_are_no_numbers():
    scores = scores_of((0, 0.9), (1, 0.9))
    with pytest.raises(ValueError, match=r'of n = 1 clips, got \(2, 3\)'):
        select_confident('a', scores, 0.5)
    scores[1] = np.nan
    with pytest.raises(ValueError, match=r"1 of 2 clips.*'b'.*diverged"):
        select_confident('ab', scores, 0.5)
