"""Joints of a layout among the body's points."""

import pytest

from skeletonmae_plugin.layouts import get_layout, layout_names
from skeletonmae_plugin.toy import joint_indices
from skeletonmae_plugin.toy.body import POINTS

CUSTOM = dict(
    joints=('left_paw', 'tail', 'head'),
    bones=((0, 2), (1, 2)),
    parts=dict(all=(0, 1, 2)),
)


@pytest.mark.parametrize('name', layout_names())
def test_every_joint_of_a_shipped_layout_is_a_point_of_that_name(name):
    index = joint_indices(name)
    assert [POINTS[i] for i in index] == list(get_layout(name).joints)


def test_unknown_joints_are_named_with_the_remedy():
    with pytest.raises(ValueError, match=r'left_paw, tail .*aliases='):
        joint_indices(CUSTOM)
    with pytest.raises(ValueError, match='joints tail of'):
        joint_indices(CUSTOM, aliases={'left_paw': 'left_hand'})


def test_aliases_give_unknown_joints_a_place():
    index = joint_indices(
        CUSTOM, aliases={'left_paw': 'left_hand', 'tail': 'hip_centre'}
    )
    assert [POINTS[i] for i in index] == ['left_hand', 'hip_centre', 'head']


def test_alias_to_an_unknown_point_is_refused():
    with pytest.raises(ValueError, match='joints tail of'):
        joint_indices(
            CUSTOM, aliases={'left_paw': 'left_hand', 'tail': 'feather'}
        )
