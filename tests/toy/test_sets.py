"""Miniatures have the names, splits, shapes and odd cases of real files."""

import re
from functools import cache

import numpy as np
import pytest

from skeletonmae_plugin.toy import make_dataset
from skeletonmae_plugin.toy.scene import NUM_ACCENTS
from skeletonmae_plugin.toy.sets import finegym_plan, ntu_plan

NTU = ('ntu60', 'ntu60_3d', 'ntu120', 'ntu120_3d')
PAPER = (*NTU, 'finegym', 'diving48')
MINIATURES = (*PAPER, 'nwucla', 'jhmdb', 'routine16', 'sbu')
# Written out here once more: the official rule is the reference.
NTU_TRAIN = {
    1,
    2,
    4,
    5,
    8,
    9,
    13,
    14,
    15,
    16,
    17,
    18,
    19,
    25,
    27,
    28,
    31,
    34,
    35,
    38,
}
# Further ones of NTU RGB+D 120.
NTU120_TRAIN = NTU_TRAIN | {
    *(45, 46, 47, 49, 50, 70, 74, 78, 89, 97, 98, 100, 103),
    *range(52, 60),
    *range(80, 87),
    *range(91, 96),
}


@cache
def made(name, num_clips=None):
    return make_dataset(name, num_clips)


def clips(name):
    return made(name)['annotations']


def ntu_name(name):
    return [
        int(number)
        for number in re.fullmatch(
            r'S(\d{3})C(\d{3})P(\d{3})R(\d{3})A(\d{3})', name
        ).groups()
    ]


@pytest.mark.parametrize(
    'name, classes, keys, dtype, joints',
    [
        ('ntu60', 60, 7, np.float16, (17, 2)),
        ('ntu60_3d', 60, 4, np.float16, (25, 3)),
        ('ntu120', 120, 7, np.float16, (17, 2)),
        ('ntu120_3d', 120, 4, np.float16, (25, 3)),
        ('finegym', 99, 7, np.float16, (17, 2)),
        ('diving48', 48, 7, np.float16, (17, 2)),
        ('nwucla', 10, 4, np.float32, (20, 3)),
        ('jhmdb', 14, 5, np.float32, (15, 2)),
        ('routine16', 16, 7, np.float16, (17, 2)),
        ('sbu', 8, 4, np.float32, (15, 3)),
    ],
)
def test_format(name, classes, keys, dtype, joints):
    assert list(made(name)) == ['split', 'annotations']
    assert {clip['label'] for clip in clips(name)} == set(range(classes))
    for clip in clips(name):
        bare = name in PAPER and keys == 7 and 'keypoint_score' not in clip
        assert len(clip) == keys - bare
        assert clip['keypoint'].dtype == dtype
        assert clip['keypoint'].shape[1:] == (clip['total_frames'], *joints)
        assert ('img_shape' in clip) == (keys == 7)
        assert ('keypoint_score' in clip) == (keys in (5, 7) and not bare)
        if 'keypoint_score' in clip:
            assert clip['keypoint_score'].shape == clip['keypoint'].shape[:3]
            assert clip['keypoint_score'].dtype == dtype


@pytest.mark.parametrize('name', MINIATURES)
def test_ids_are_unique_and_splits_complete(name):
    dataset = made(name)
    ids = [clip['frame_dir'] for clip in dataset['annotations']]
    labels = {
        clip['frame_dir']: clip['label'] for clip in dataset['annotations']
    }
    assert len(set(ids)) == len(ids)
    for split, members in dataset['split'].items():
        assert len(set(members)) == len(members)
        if not split.startswith('test'):
            assert {labels[i] for i in members} == set(labels.values()), split


@pytest.mark.parametrize(
    'name, train, test',
    [
        ('ntu60', 'xsub_train', 'xsub_val'),
        ('ntu60', 'xview_train', 'xview_val'),
        ('ntu60_3d', 'xsub_train', 'xsub_val'),
        ('ntu120', 'xsub_train', 'xsub_val'),
        ('ntu120', 'xset_train', 'xset_val'),
        ('ntu120_3d', 'xset_train', 'xset_val'),
        ('finegym', 'train', 'val'),
        ('diving48', 'train', 'test'),
        ('nwucla', 'xview_train', 'xview_val'),
        ('routine16', 'train', 'test'),
        *[('jhmdb', f'train{k}', f'test{k}') for k in (1, 2, 3)],
        *[('sbu', f'train{k}', f'test{k}') for k in range(1, 6)],
    ],
)
def test_train_and_test_are_apart_and_cover_the_set(name, train, test):
    split = made(name)['split']
    assert not set(split[train]) & set(split[test])
    assert len(split[train]) + len(split[test]) == len(clips(name))


@pytest.mark.parametrize('name', MINIATURES)
def test_a_handful_of_clips_fills_every_split(name):
    assert all(made(name, 8)['split'].values())


@pytest.mark.parametrize('name', NTU)
def test_ntu_names_follow_the_official_rule(name):
    split = made(name)['split']
    large = '120' in name
    for clip in clips(name):
        setup, camera, subject, replica, action = ntu_name(clip['frame_dir'])
        assert clip['label'] == action - 1
        assert 1 <= camera <= 3 and 1 <= replica <= 2
        # The second half of the classes came with later setups.
        assert (18 <= setup <= 32) if action > 60 else (1 <= setup <= 17)
        assert 1 <= subject <= (106 if large and action > 60 else 40)
        trains = subject in (NTU120_TRAIN if large else NTU_TRAIN)
        other = 'xset' if large else 'xview'
        second = setup % 2 == 0 if large else camera != 1
        member = {
            key for key, ids in split.items() if clip['frame_dir'] in ids
        }
        assert member == {
            f'xsub_{"train" if trains else "val"}',
            f'{other}_{"train" if second else "val"}',
        }


def test_there_are_as_many_training_subjects_as_published():
    assert len(NTU_TRAIN) == 20 and len(NTU120_TRAIN) == 53


@pytest.mark.parametrize('name', PAPER)
@pytest.mark.parametrize('num_clips', [(8,), ()])
def test_odd_cases(name, num_clips):
    some = made(name, *num_clips)['annotations']
    assert any(clip['total_frames'] == 1 for clip in some)
    assert any(not clip['keypoint'].any() for clip in some)
    persons = {len(clip['keypoint']) for clip in some}
    # The boxes of FineGym are those of the gymnast.
    assert persons >= ({1} if name == 'finegym' else {1, 3})
    assert max(persons) == (1 if name == 'finegym' else 3)
    scored = [clip for clip in some if 'keypoint_score' in clip]
    assert len(scored) < len(some)
    assert bool(scored) == (not name.endswith('_3d'))
    if name == 'ntu60':
        assert {clip['img_shape'] for clip in some} == {(1080, 1920)}


@pytest.mark.parametrize('name', NTU)
def test_ntu_actions_between_two_people_have_two(name):
    double = {*range(49, 60), *range(105, 120)}
    assert all(
        len(clip['keypoint']) >= 2
        for clip in clips(name)
        if clip['label'] in double
    )


def test_finegym_and_diving48_are_named_as_theirs():
    gym = r'[\w-]{11}_E_\d{6}_\d{6}_A_\d{4}_\d{4}'
    for name, pattern in (('finegym', gym), ('diving48', r'[\w-]{11}_\d{5}')):
        ids = [clip['frame_dir'] for clip in clips(name)]
        assert all(re.fullmatch(pattern, one) for one in ids)
        # Clips of one video are never in two splits.
        assert len({one[:11] for one in ids}) == len(ids)


@pytest.mark.parametrize(
    'plan, classes, clips_a_class',
    [(finegym_plan, 99, 2), (ntu_plan(120), 120, 4)],
)
def test_many_classes_look_different(plan, classes, clips_a_class):
    """They are made of few actions and of what changes those."""
    plans = [
        plan(clips_a_class * i, np.random.default_rng(i))
        for i in range(classes)
    ]
    assert len({(clip.action, clip.accent) for clip in plans}) == classes
    assert max(clip.accent for clip in plans) < NUM_ACCENTS


def test_nwucla_views_show_the_same_take():
    takes = {}
    for clip in clips('nwucla'):
        action, subject, episode, view = clip['frame_dir'].split('_')
        takes.setdefault((action, subject, episode), {})[view] = clip
        member = clip['frame_dir'] in made('nwucla')['split']['xview_val']
        assert member == (view == 'v03')
    for views in takes.values():
        assert set(views) == {'v01', 'v02', 'v03'}
        lengths = {clip['total_frames'] for clip in views.values()}
        assert len(lengths) == 1
        # The same bones, seen from elsewhere.
        thighs = [
            np.median(
                np.linalg.norm(
                    clip['keypoint'][0, :, 12] - clip['keypoint'][0, :, 13],
                    axis=-1,
                )
            )
            for clip in views.values()
        ]
        assert np.ptp(thighs) < 0.06
    lengths = [clip['total_frames'] for clip in clips('nwucla')]
    assert min(lengths) == 1 and max(lengths) == 201
    assert {len(clip['keypoint']) for clip in clips('nwucla')} == {1}


def test_jhmdb_is_centred_and_normalised():
    for clip in clips('jhmdb'):
        assert 15 <= clip['total_frames'] <= 40
        assert (clip['keypoint_score'] == 1).all()
        assert np.abs(clip['keypoint']).max() < 3
        neck, ankle = clip['keypoint'][0, :, 0], clip['keypoint'][0, :, 13]
        assert (neck[:, 1] < ankle[:, 1]).mean() > 0.9  # y points down
    tests = [set(made('jhmdb')['split'][f'test{k}']) for k in (1, 2, 3)]
    assert sum(map(len, tests)) == len(set.union(*tests))


def test_routine16_performers_are_apart():
    split = made('routine16')['split']
    who = {key: {name[:4] for name in ids} for key, ids in split.items()}
    assert not who['train'] & who['test']
    for clip in clips('routine16'):
        assert int(clip['frame_dir'].split('A')[1]) == clip['label'] + 1
        assert 10 <= clip['total_frames'] <= 201


def test_sbu_folds_are_apart_by_pairs_of_two_people():
    split = made('sbu')['split']
    pairs = [{name[:6] for name in split[f'test{k}']} for k in range(1, 6)]
    assert sum(map(len, pairs)) == len(set.union(*pairs))
    for clip in clips('sbu'):
        assert len(clip['keypoint']) == 2
        assert (clip['keypoint'] != 0).all()
        assert int(clip['frame_dir'][8:10]) == clip['label'] + 1
        assert 10 <= clip['total_frames'] <= 46
