import numpy as np
import pytest

from skeletonmae_plugin.converters.released.broken import broken_clips
from skeletonmae_plugin.layouts import get_layout


@pytest.mark.parametrize(
    'change, message',
    [
        (dict(label=99), r'label must be in \[0, 98\], got 99'),
        (dict(label=None), 'has no label; give the official lists'),
        (dict(total_frames=6), 'total_frames is 6'),
        (dict(keypoint=np.ones((1, 5, 18, 2))), 'has 17 joints but'),
        (
            dict(
                keypoint=np.ones((0, 5, 17, 2), np.float16),
                keypoint_score=np.ones((0, 5, 17), np.float16),
            ),
            'keypoint is empty: M=0',
        ),
        (dict(keypoint=np.zeros((1, 5, 17, 2))), 'no joint is seen'),
        (dict(keypoint_score=np.zeros((1, 5, 17))), 'no joint is seen'),
    ],
)
def test_what_cannot_be_used_is_told_by_name(clip, change, message):
    clips = dict(good=clip('good', 98), bad=clip('bad', **change))
    seen = []

    def track(names):
        seen.extend(names)
        return names

    (told,) = broken_clips(clips, get_layout('coco'), 99, track).items()
    assert told[0] == 'bad' and seen == ['good', 'bad']
    with pytest.raises(ValueError, match=message):
        raise ValueError(told[1])


def test_one_seen_joint_in_one_frame_is_enough(clip):
    known = clip('a')
    known['keypoint_score'][:] = 0
    known['keypoint_score'][0, 3, 5] = 0.5
    assert broken_clips(dict(a=known), get_layout('coco'), 99) == {}
