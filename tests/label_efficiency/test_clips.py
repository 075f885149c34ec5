"""Which clips have labels, and which a rate is chosen on."""

import json
import pickle
from dataclasses import replace

import pytest

from skeletonmae_plugin.label_efficiency.clips import (
    Clips,
    choose_subsets,
    count_classes,
    data_checksum,
    fingerprint,
    read_clips,
    read_layout,
    split_for_sweep,
)
from skeletonmae_plugin.layouts import get_layout


def clips(*sizes, unlabelled=0):
    """Some clips of each class."""
    labels = [k for k, size in enumerate(sizes) for _ in range(size)]
    labels += [-1] * unlabelled
    ids = tuple(f'clip{i}' for i in range(len(labels)))
    return Clips(ids, tuple(labels), 3)


def test_clips_of_a_file_are_read(made_data):
    found = read_clips(str(made_data('nwucla')), 'kinect20', 'xview_train')
    assert found.num_coordinates == 3
    assert len(found.ids) == len(found.labels) == 16
    assert all('v03' not in name for name in found.ids)


def test_file_without_labels_is_refused(made_data, tmp_path):
    data = pickle.loads(made_data('nwucla').read_bytes())
    for clip in data['annotations']:
        del clip['label']
    path = tmp_path / 'unlabelled.pkl'
    path.write_bytes(pickle.dumps(data))
    with pytest.raises(ValueError, match="no clip of split 'xview_val'"):
        read_clips(str(path), 'kinect20', 'xview_val')


def test_file_that_is_not_there_is_named_by_its_variable(monkeypatch):
    with pytest.raises(FileNotFoundError, match='variable NWUCLA_3D to its'):
        read_clips('<NWUCLA_3D>', 'kinect20', 'xview_val')
    monkeypatch.setenv('NWUCLA_3D', '/no/file.pkl')
    with pytest.raises(FileNotFoundError, match=r'\(the value of NWUCLA_3D\)'):
        read_clips('/no/file.pkl', 'kinect20', 'xview_val')


@pytest.mark.parametrize(
    'change, same',
    [
        (lambda clip: clip.update(keypoint=clip['keypoint'] * 1.01), False),
        (lambda clip: clip.update(label=0), True),  # told by fingerprint
        (lambda clip: None, True),
    ],
)
def test_other_coordinates_are_other_clips(made_data, tmp_path, change, same):
    before = read_clips(str(made_data('nwucla')), 'kinect20', 'xview_train')
    data = pickle.loads(made_data('nwucla').read_bytes())
    for clip in data['annotations']:
        if 'v03' not in clip['frame_dir']:
            change(clip)
            break
    path = tmp_path / 'other.pkl'
    path.write_bytes(pickle.dumps(data))
    after = read_clips(str(path), 'kinect20', 'xview_train')
    assert (before.content == after.content) == same


def test_another_layout_is_another_question(made_data, tmp_path):
    known = get_layout('kinect20')
    layout = {k: getattr(known, k) for k in ('joints', 'bones', 'parts')}
    contents = []
    for centre in (known.joints[:1], known.joints[5:6]):
        path = tmp_path / 'layout.json'
        path.write_text(json.dumps(dict(layout, centre=centre, name='mine')))
        found = read_clips(str(made_data('nwucla')), str(path), 'xview_train')
        contents.append(found.content)
    assert contents[0] != contents[1]


def test_all_that_is_read_is_in_the_checksum():
    one, other = clips(2, 2), replace(clips(2, 2), content=7)
    told = {
        data_checksum(train, test, unlabelled)
        for train in (one, other)
        for test in (one, other)
        for unlabelled in ((), (3,), (4,))
    }
    assert len(told) == 12


def test_layout_may_be_a_file(tmp_path):
    path = tmp_path / 'arm.json'
    path.write_text(json.dumps(dict(name='arm')))
    assert read_layout(str(path)) == dict(name='arm')
    assert read_layout('coco') == 'coco'


def test_subsets_are_stratified_and_nested():
    train = clips(10, 20, 3, unlabelled=5)
    subsets = choose_subsets(train, [0.1, 0.5], [0, 1])
    label = dict(zip(train.ids, train.labels, strict=True))
    for (fraction, _), ids in subsets.items():
        counts = [sum(label[i] == k for i in ids) for k in range(3)]
        assert counts == ([1, 2, 1] if fraction == 0.1 else [5, 10, 2])
    assert set(subsets[0.1, 1]) < set(subsets[0.5, 1])
    assert subsets[0.5, 0] != subsets[0.5, 1]
    assert all(label[i] >= 0 for ids in subsets.values() for i in ids)


def test_fractions_of_the_same_clips_are_refused():
    with pytest.raises(ValueError, match='fractions 0.01 and 0.1 both give'):
        choose_subsets(clips(10, 10), [0.01, 0.1, 1.0], [0])


def test_sweep_learns_and_chooses_within_the_training():
    train = clips(10, 20, unlabelled=3)
    fit, held_out = split_for_sweep(train, 0.25, 0)
    label = dict(zip(train.ids, train.labels, strict=True))
    assert [sum(label[i] == k for i in held_out) for k in (0, 1)] == [2, 4]
    assert [sum(label[i] == k for i in fit) for k in (0, 1)] == [2, 4]
    assert not set(fit) & set(held_out)
    assert split_for_sweep(train, 0.25, 1) != (fit, held_out)


def test_sweep_needs_clips_to_hold_out():
    with pytest.raises(ValueError, match='--no-sweep'):
        split_for_sweep(clips(1, 2), 0.25, 0)


def test_classes_of_the_test_must_be_learned():
    train, test = clips(2, 2, 2), clips(1, 1, 1)
    assert count_classes('f', train, test) == 3
    with pytest.raises(ValueError, match='label 2, which no clip'):
        count_classes('f', clips(2, 2), test)


def test_fingerprint_sees_a_changed_label():
    one = clips(2, 2)
    other = Clips(one.ids, (0, 0, 0, 1), 3)
    assert fingerprint(one) == fingerprint(clips(2, 2))
    assert fingerprint(one) != fingerprint(other)
    assert fingerprint(one).startswith('4 clips')
