"""Several files become one without labels."""

from dataclasses import replace

import numpy as np
import pytest

from skeletonmae_plugin.datasets import SkeletonDataset
from skeletonmae_plugin.label_efficiency.pretrain_clips import (
    merged_file,
    require_unseen_test,
)
from skeletonmae_plugin.label_efficiency.spec import Spec
from skeletonmae_plugin.skeleton_pickle import write_dataset


def spec(made_data, *unlabelled):
    path = str(made_data('nwucla'))
    return Spec(
        path, 'kinect20', 'xview_train', 'xview_val', '', 3, 10,
        unlabelled=unlabelled,
    )  # fmt: skip


def test_clips_of_all_files_lose_their_labels(made_data, tmp_path):
    other = str(made_data('nwucla', 30))
    asked = spec(made_data, other)
    path, splits = merged_file(asked, ['xview_train'], tmp_path)
    merged = SkeletonDataset(path, 'kinect20', split=splits)
    assert len(merged) == 16 + 30
    assert (merged.store.table.label == -1).all()
    ours = SkeletonDataset(asked.ann_file, 'kinect20', split='xview_train')
    for i in (0, 15):
        np.testing.assert_array_equal(
            merged.store.annotation(i)['keypoint'],
            ours.store.annotation(i)['keypoint'],
        )
    # Written again, as a resumed run does, it is the same.
    before = (tmp_path / 'pretrain_clips.pkl').read_bytes()
    merged_file(asked, ['xview_train'], tmp_path)
    assert (tmp_path / 'pretrain_clips.pkl').read_bytes() == before


def test_files_of_other_joints_are_refused(made_data, tmp_path):
    asked = spec(made_data, str(made_data('toy')))
    with pytest.raises(ValueError, match='20 joints but keypoint has V=17'):
        merged_file(asked, ['xview_train'], tmp_path)


@pytest.mark.parametrize('split', ['xview_train', 'xview_val'])
def test_a_test_clip_is_known_by_its_coordinates(made_data, tmp_path, split):
    file = str(made_data('nwucla'))
    data = SkeletonDataset(file, 'kinect20', split=split)
    clip = dict(data.store.annotation(data.data_list[0]), frame_dir='new')
    path = str(tmp_path / 'one.pkl')
    write_dataset(dict(split={}, annotations=[clip]), path)
    asked = spec(made_data, path)
    if split == 'xview_train':
        require_unseen_test(asked)
        return
    with pytest.raises(ValueError, match="1 of its clips.*'new'"):
        require_unseen_test(asked)


def test_a_test_clip_is_known_in_other_numbers_and_places(made_data, tmp_path):
    file = str(made_data('sbu'))
    asked = Spec(file, 'sbu15', 'train1', 'test1', '', 3, 8)
    data = SkeletonDataset(file, 'sbu15', split='test1')
    clips = (data.store.annotation(place) for place in data.data_list)
    clip = next(c for c in clips if (c['keypoint'] != 0).any((1, 2, 3)).all())
    turned = clip['keypoint'][::-1].copy()
    path = str(tmp_path / 'one.pkl')
    clip = dict(frame_dir='new', keypoint=turned, total_frames=turned.shape[1])
    write_dataset(dict(split={}, annotations=[clip]), path)
    with pytest.raises(ValueError, match="1 of its clips.*'new'"):
        require_unseen_test(replace(asked, unlabelled=(path,)))


def test_clips_of_nobody_are_no_copies(made_data, tmp_path):
    asked = spec(made_data, str(tmp_path / 'none.pkl'))
    data = SkeletonDataset(asked.ann_file, 'kinect20', split='xview_val')
    clip = dict(data.store.annotation(data.data_list[0]))
    clip['keypoint'] = np.zeros_like(clip['keypoint'])
    nobody = dict(clip, frame_dir='nobody')
    test = tmp_path / 'test.pkl'
    write_dataset(
        dict(split=dict(xview_val=[clip['frame_dir']]), annotations=[clip]),
        test,
    )
    write_dataset(dict(split={}, annotations=[nobody]), asked.unlabelled[0])
    require_unseen_test(replace(asked, ann_file=str(test)))
