import pytest

from skeletonmae_plugin.converters.released.official_lists import gym_key
from skeletonmae_plugin.converters.released.relabel import apply_lists
from skeletonmae_plugin.datasets.reading import Annotations

LONG = 'A0xAXXysHUo_E_002184_002237_A_0035_0036'


def clips(**labels):
    return {n: dict(frame_dir=n, label=label) for n, label in labels.items()}


def test_lists_decide_label_and_split():
    found = Annotations(clips(a=1, b=2, c=3, d=None), {'old': ['a']}, None)
    before = dict(found.clips)
    got = apply_lists(
        found, dict(train=dict(b=2, d=4), val=dict(a=0, z=5)), str
    )
    assert got.found.splits == dict(train=['b', 'd'], val=['a'])
    labels = {name: clip['label'] for name, clip in got.found.clips.items()}
    assert labels == dict(a=0, b=2, d=4)
    assert (got.changed, got.unlisted, got.absent) == (2, ('c',), ('z',))
    assert found.clips == before and before['a']['label'] == 1


def test_names_of_classes_are_of_the_old_labels():
    found = Annotations(clips(a=0, b=1), {}, ('jump', 'run'))
    same = apply_lists(found, dict(train=dict(a=0, b=1)), str)
    assert same.found.classes == ('jump', 'run')
    other = apply_lists(found, dict(train=dict(a=1, b=0)), str)
    assert other.found.classes is None


def test_a_list_of_other_clips_is_told():
    found = Annotations(clips(a=0), {}, None)
    with pytest.raises(ValueError, match="no clip .* in the list of 'val'"):
        apply_lists(found, dict(train=dict(a=0), val=dict(z=0)), str)


def test_names_are_compared_in_one_form_and_kept():
    short = gym_key(LONG)
    found = Annotations(clips(**{short: 1}), {}, None)
    got = apply_lists(found, dict(train={LONG: 93}), gym_key)
    assert got.found.splits == dict(train=[short])
    assert got.found.clips[short]['label'] == 93 and not got.absent


def test_a_name_twice():
    found = Annotations(clips(a=1), {}, None)
    with pytest.raises(ValueError, match="'a' is in the lists of x and of y"):
        apply_lists(found, dict(x=dict(a=0), y=dict(a=0)), str)
    found = Annotations(clips(**{LONG: 0, gym_key(LONG): 0}), {}, None)
    with pytest.raises(ValueError, match='two clips are called'):
        apply_lists(found, dict(x={LONG: 0}), gym_key)
