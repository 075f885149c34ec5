"""Layouts: the shipped ones hold together, and bad ones are refused."""

import json
from dataclasses import asdict

import numpy as np
import pytest

from skeletonmae_plugin.layouts import get_layout, layout_names

TINY = dict(
    joints=('hip', 'left_knee', 'right_knee'),
    bones=(('hip', 'left_knee'), ('hip', 'right_knee')),
    parts=dict(torso=('hip',), legs=('left_knee', 'right_knee')),
)

JOINTS = dict(coco=17, openpose=18, kinect20=20, jhmdb15=15, sbu15=15)
JOINTS['nturgb+d'] = 25


def test_all_names_are_shipped():
    assert set(layout_names()) == set(JOINTS)


@pytest.mark.parametrize('name', JOINTS)
class TestShipped:
    def test_number_of_joints(self, name):
        assert get_layout(name).num_joints == JOINTS[name]

    def test_parts_partition_the_joints(self, name):
        layout = get_layout(name)
        assert (layout.part_matrix.sum(0) == 1).all()
        assert len(layout.parts) == 6  # the paper's

    def test_flip_is_an_involution_of_like_joints(self, name):
        layout = get_layout(name)
        flip = layout.flip_index
        assert (flip[flip] == np.arange(layout.num_joints)).all()
        for here, there in enumerate(flip):
            expected = layout.joints[here]
            if expected.startswith('left_'):
                expected = expected.replace('left_', 'right_')
            elif expected.startswith('right_'):
                expected = expected.replace('right_', 'left_')
            assert layout.joints[there] == expected

    def test_flip_keeps_graph_and_parts(self, name):
        layout = get_layout(name)
        flip = layout.flip_index
        mirrored = layout.adjacency[flip][:, flip]
        assert (mirrored == layout.adjacency).all()
        parts = {frozenset(np.flatnonzero(p)) for p in layout.part_matrix}
        assert parts == {
            frozenset(np.flatnonzero(p[flip])) for p in layout.part_matrix
        }

    def test_graph_is_a_connected_tree(self, name):
        layout = get_layout(name)
        reach = np.linalg.matrix_power(
            layout.adjacency + np.eye(layout.num_joints), layout.num_joints
        )
        assert (reach > 0).all()
        assert len(layout.bones) == layout.num_joints - 1

    def test_every_joint_leads_to_the_root(self, name):
        layout = get_layout(name)
        for joint in range(layout.num_joints):
            for _ in range(layout.num_joints):
                joint = layout.parents[joint]
            assert joint == layout.root


@pytest.mark.parametrize('name', ['coco', 'openpose', 'nturgb+d'])
def test_graph_is_mmactions_own(name):
    from mmaction.models.utils import Graph

    theirs = Graph(layout=name, mode='spatial')
    ours = Graph(layout=get_layout(name).to_mmaction(), mode='spatial')
    assert {frozenset(e) for e in theirs.inward} == {
        frozenset(e) for e in ours.inward
    }
    np.testing.assert_allclose(ours.hop_dis, theirs.hop_dis)


def test_dict_layout_takes_names():
    layout = get_layout(TINY)
    assert layout.bones == ((0, 1), (0, 2))
    assert layout.parts['legs'] == (1, 2)
    assert layout.centre == (0,)
    assert get_layout(layout) is layout


@pytest.mark.parametrize(
    'change, message',
    [
        (
            dict(parts=dict(torso=('hip',))),
            'parts .* each of its 3 joints once',
        ),
        (dict(bones=(('hip', 'left_knee'),)), 'do not reach right_knee'),
        (dict(bones=(('hip', 'nose'),)), "no joint 'nose'"),
        (dict(bones=((0, 1), (0, 7))), 'no joint 7'),
        (dict(joints=('hip', 'hip', 'knee')), 'names a joint twice'),
        (dict(flip_pairs=((1, 2), (2, 1))), 'flips a joint twice'),
        (dict(bones=((0, 1, 2),)), 'pairs of joints'),
        (dict(color='red'), "unknown: \\['color'\\]"),
    ],
)
def test_bad_layouts_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        get_layout({**TINY, **change})


def test_missing_keys_and_names():
    with pytest.raises(ValueError, match='missing: .*parts'):
        get_layout(dict(joints=('a',), bones=()))
    with pytest.raises(ValueError, match="unknown layout 'cocoo'; shipped"):
        get_layout('cocoo')


def test_wrong_joint_count_names_both_and_the_remedy():
    with pytest.raises(
        ValueError,
        match="'coco' has 17 joints .* V=25; layout 'nturgb\\+d' fits",
    ):
        get_layout('coco').check_num_joints(25)
    with pytest.raises(ValueError, match='as a dict'):
        get_layout('coco').check_num_joints(33)


def test_part_indices():
    layout = get_layout('coco')
    assert layout.part_indices(['torso', 0]) == (1, 0)
    with pytest.raises(ValueError, match="no part 'tail'; it has head"):
        layout.part_indices(['tail'])


@pytest.mark.parametrize('name', JOINTS)
def test_a_file_holds_a_layout(tmp_path, name):
    path = tmp_path / 'some.json'
    path.write_text(json.dumps(asdict(get_layout(name))))
    assert get_layout(str(path)) == get_layout(name)


def test_a_file_may_leave_out_what_a_dict_may(tmp_path, monkeypatch):
    (tmp_path / 'tiny.json').write_text(json.dumps(TINY))
    monkeypatch.chdir(tmp_path)
    assert get_layout('tiny.json') == get_layout(dict(TINY, name='tiny'))


@pytest.mark.parametrize(
    'text, message',
    [
        ('{"joints": [', 'bad.json is not JSON: Expecting value'),
        ('[1, 2]', 'bad.json must hold an object .* got a list'),
        ('{"joints": []}', 'bad.json: .*missing: .*bones.*parts'),
        (
            json.dumps(dict(TINY, bones=[['hip', 'nose']])),
            "bad.json: layout 'bad' has no joint 'nose'",
        ),
        *(
            (json.dumps({**TINY, key: value}), f'bad.json: {key} must be')
            for key, value in dict(
                name=3,
                joints='hip',
                bones=[0, 1],
                parts=['hip'],
                root=[0],
                centre='hip',
                flip_pairs={},
            ).items()
        ),
    ],
)
def test_bad_files_are_named(tmp_path, text, message):
    path = tmp_path / 'bad.json'
    path.write_text(text)
    with pytest.raises(ValueError, match=message):
        get_layout(str(path))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match='no layout file .*none.json'):
        get_layout(str(tmp_path / 'none.json'))
