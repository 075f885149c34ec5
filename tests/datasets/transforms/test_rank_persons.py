import numpy as np
import pytest


def make(seen):
    """Persons of whom the given numbers of joints are seen."""
    valid = np.arange(17) < np.array(seen)[:, None, None]
    valid = np.repeat(valid, 3, 1)
    person = np.arange(1, len(seen) + 1, dtype=np.float32)[:, None, None, None]
    return dict(
        keypoint=person * valid[..., None] * np.ones(2, np.float32),
        valid=valid,
    )


def who(out):
    return out['keypoint'].max((1, 2, 3)).astype(int).tolist()


@pytest.mark.parametrize(
    'seen, num_person, expected',
    [
        ([3, 17, 9], 2, [2, 3]),
        ([3, 17, 9], 5, [2, 3, 1, 0, 0]),
        ([5, 5, 5], 2, [1, 2]),
        ([4], 1, [1]),
    ],
)
def test_best_seen_first_and_padding(apply, seen, num_person, expected):
    out = apply(dict(type='RankPersons', num_person=num_person), make(seen))
    assert who(out) == expected
    assert out['keypoint'].shape == (num_person, 3, 17, 2)
    absent = np.array(expected) == 0
    assert not out['valid'][absent].any() and out['valid'].dtype == bool
    assert out['valid'][~absent].any((1, 2)).all()


def test_scores_weigh(apply):
    clip = make([17, 9])
    clip['keypoint_score'] = np.where(clip['valid'], 0.2, 0)
    clip['keypoint_score'][1] *= 4
    out = apply(dict(type='RankPersons', num_person=1), clip)
    assert who(out) == [2] and out['keypoint_score'].shape == (1, 3, 17)


def test_coordinates_play_no_part(apply, clip):
    cfg = dict(type='RankPersons', num_person=3)
    one = clip(lead=(), persons=3)
    two = {**one, 'keypoint': one['keypoint'] * 1e4}
    np.testing.assert_array_equal(
        apply(cfg, one)['valid'], apply(cfg, two)['valid']
    )


def test_no_person_is_refused(apply):
    with pytest.raises(ValueError, match='num_person must be at least 1'):
        apply(dict(type='RankPersons', num_person=0), {})
