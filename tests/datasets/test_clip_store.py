import copy
import pickle

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from skeletonmae_plugin.datasets.clip_store import ClipStore
from skeletonmae_plugin.datasets.transforms import LoadSkeleton, RankPersons


def by_name(*clips):
    return {clip['frame_dir']: clip for clip in clips}


@pytest.fixture
def clips(annotation):
    """Three clips of different persons, frames and facts."""
    one = annotation('one', label=4, frames=1, persons=1, seed=1)
    two = annotation('two', frames=7, persons=3, seed=2)
    bare = annotation('bare', frames=3, persons=2, seed=3)
    for key in ('label', 'keypoint_score', 'img_shape', 'total_frames'):
        del bare[key]
    two['original_shape'] = np.array([30, 40, 3])
    return by_name(one, two, bare)


def test_a_clip_comes_out_as_it_went_in(clips):
    store = ClipStore.from_annotations(clips)
    assert (len(store), store.num_joints, store.num_coordinates) == (3, 17, 2)
    for position, (name, clip) in enumerate(clips.items()):
        found = store.annotation(position)
        assert found.pop('total_frames') == clip['keypoint'].shape[1]
        assert found['keypoint'].dtype == np.float16
        for key in ('keypoint', 'keypoint_score'):
            assert (key in found) == (key in clip)
            np.testing.assert_array_equal(
                found.pop(key, 0), clip.get(key, found.get(key, 0))
            )
        expected = dict(frame_dir=name)
        if 'label' in clip:
            expected |= dict(label=clip['label'], img_shape=(600, 800))
        if 'original_shape' in clip:
            expected['original_shape'] = (30, 40)
        assert found == expected
    assert type(store.annotation(0)['label']) is int
    store.annotation(0)['keypoint'][:] = 0  # another's clip stays whole
    assert store.annotation(0)['keypoint'].all()


def test_a_store_needs_a_clip():
    with pytest.raises(ValueError, match='needs a clip, got none'):
        ClipStore.from_annotations({})


def test_numbers_of_different_types_are_all_kept(annotation):
    small, large = annotation('small'), annotation('large')
    large['keypoint'] = large['keypoint'].astype(np.float64) + 1e-9
    store = ClipStore.from_annotations(by_name(small, large))
    assert store.keypoint.dtype == np.float64
    assert store.score.dtype == np.float16
    for i, clip in enumerate((small, large)):
        np.testing.assert_array_equal(
            store.annotation(i)['keypoint'], clip['keypoint']
        )


@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_gathering_is_indexing(data):
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    sizes = data.draw(
        st.lists(
            st.tuples(st.integers(1, 3), st.integers(1, 5)),
            min_size=1,
            max_size=4,
        )
    )
    clips = {}
    for i, size in enumerate(sizes):
        clips[str(i)] = dict(keypoint=rng.normal(size=(*size, 4, 3)))
        if i % 2 == 0:
            clips[str(i)]['keypoint_score'] = rng.random((*size, 4))
    store = ClipStore.from_annotations(clips)
    chosen = rng.integers(len(sizes), size=6)
    persons = np.array(
        [rng.integers(-1, sizes[clip][0], size=2) for clip in chosen]
    )
    frames = np.array(
        [rng.integers(0, sizes[clip][1], size=5) for clip in chosen]
    )
    keypoint, score = store.gather(chosen, persons, frames)
    assert keypoint.shape == (6, 2, 5, 4, 3) and keypoint.dtype == np.float32
    some_scored = (chosen % 2 == 0).any()
    assert (score is not None) == some_scored
    for n, clip in enumerate(chosen):
        for m, person in enumerate(persons[n]):
            whole = clips[str(clip)]
            expected = whole['keypoint'][person, frames[n]].astype('f4')
            there = person >= 0
            np.testing.assert_array_equal(keypoint[n, m], expected * there)
            if some_scored:
                ones = np.ones(whole['keypoint'].shape[:3])
                known = whole.get('keypoint_score', ones)[person, frames[n]]
                np.testing.assert_array_equal(
                    score[n, m], known.astype('f4') * there
                )
    on_device = store.to('cpu').gather(chosen, persons, frames)
    assert isinstance(on_device[0], torch.Tensor)
    np.testing.assert_array_equal(on_device[0], keypoint)
    np.testing.assert_array_equal(
        0 if score is None else on_device[1], 0 if score is None else score
    )


@pytest.mark.parametrize(
    'dtype, writable',
    [('f2', True), ('f4', False), ('f8', True), ('i8', True), ('u2', True)],
)
def test_any_numbers_go_to_a_device(annotation, dtype, writable):
    clip = annotation('a')
    clip['keypoint'] = clip['keypoint'].clip(0).astype(dtype)
    store = ClipStore.from_annotations(by_name(clip))
    store.keypoint.flags.writeable = writable
    which = np.array([0]), np.array([[0]]), np.array([[3, 3, 1]])
    here, there = store.gather(*which)[0], store.to('cpu').gather(*which)[0]
    np.testing.assert_array_equal(here, there)
    moved = store.to('cpu').annotation(0)
    np.testing.assert_array_equal(moved['keypoint'], clip['keypoint'])


def random_clips(rng, count, scores):
    """Clips with missing joints of all kinds, and with equal persons."""
    clips = {}
    for i in range(count):
        shape = rng.integers(1, 5), rng.integers(1, 6), 4
        keypoint = rng.integers(-1, 2, (*shape, 2)).astype(np.float32)
        keypoint[rng.random(shape) < 0.1] = np.nan
        keypoint[0, 0, 0] = 1  # a clip of nothing but NaN is refused
        clips[str(i)] = dict(keypoint=keypoint)
        if scores and rng.random() < 0.7:
            score = rng.integers(0, 3, shape) / 3
            score[rng.random(shape) < 0.1] = np.nan
            clips[str(i)]['keypoint_score'] = score.astype(np.float32)
    return clips


@settings(deadline=None, max_examples=40)
@given(
    seed=st.integers(0, 999),
    scores=st.booleans(),
    score_thr=st.sampled_from([0.0, 0.4]),
    zero_is_missing=st.booleans(),
    num_person=st.integers(1, 5),
)
def test_persons_are_ranked_as_by_the_transform(
    seed, scores, score_thr, zero_is_missing, num_person
):
    clips = random_clips(np.random.default_rng(seed), 5, scores)
    order = ClipStore.from_annotations(clips).person_order(
        num_person, score_thr, zero_is_missing
    )
    layout = dict(
        name='four',
        joints=['a', 'b', 'c', 'd'],
        bones=[('a', 'b'), ('b', 'c'), ('c', 'd')],
        parts=dict(all=['a', 'b', 'c', 'd']),
    )
    load = LoadSkeleton(layout, score_thr, zero_is_missing)
    for i, clip in enumerate(clips.values()):
        loaded = load(dict(clip))
        numbers = np.arange(len(clip['keypoint']))[:, None, None]
        loaded['mask'] = np.broadcast_to(numbers, loaded['valid'].shape)
        ranked = RankPersons(num_person)(loaded)['mask'][:, 0, 0]
        there = min(len(numbers), num_person)
        assert order[i, :there].tolist() == ranked[:there].tolist()
        assert (order[i, there:] == -1).all()


def test_many_rows_are_ranked_in_pieces(annotation, monkeypatch):
    clips = by_name(
        *(
            annotation(str(i), frames=3 + i, persons=1 + i % 3, seed=i)
            for i in range(9)
        )
    )
    store = ClipStore.from_annotations(clips)
    whole = store.person_order(3, score_thr=0.6)
    monkeypatch.setattr('skeletonmae_plugin.datasets.person_ranking._ROWS', 10)
    np.testing.assert_array_equal(store.person_order(3, score_thr=0.6), whole)
    assert not (whole == np.array([0, 1, 2])).all()


def test_one_person_needs_no_look(annotation):
    clips = by_name(annotation('a'), annotation('b'))
    store = ClipStore.from_annotations(clips)
    object.__setattr__(store, 'keypoint', None)  # any look would fail
    assert store.person_order(2).tolist() == [[0, -1], [0, -1]]


def test_some_clips_make_a_store_of_their_own(clips):
    store = ClipStore.from_annotations(clips)
    part = store.select(np.array([2, 0]))
    assert part.table.names == ('bare', 'one')
    for i, name in enumerate(part.table.names):
        expected = store.annotation(list(clips).index(name))
        found = part.annotation(i)
        assert found.keys() == expected.keys()
        for key, value in expected.items():
            np.testing.assert_array_equal(found[key], value)


def test_copies_share_the_frames(clips):
    store = ClipStore.from_annotations(clips)
    assert copy.deepcopy(store) is store
    again = pickle.loads(pickle.dumps(store))
    np.testing.assert_array_equal(again.keypoint, store.keypoint)
