"""Each fault is found where it was planted, and the loader agrees."""

import copy

import numpy as np
import pytest

from skeletonmae_plugin.datasets.packing import pack
from skeletonmae_plugin.health import examine, open_source
from skeletonmae_plugin.health.fixing import mend
from skeletonmae_plugin.health.kinds import KINDS, Severity
from skeletonmae_plugin.toy import SETS
from skeletonmae_plugin.toy.dataset import set_layout


def test_a_sound_file(kit, file):
    health = kit.look(kit.sound_data(), file, 3)
    assert not health.findings and health.worst() == Severity.NOTE
    assert kit.loads(file, 3)


def test_every_kind_is_planted(kit):
    assert {kind for kind, *_ in kit.plants} == KINDS.keys() - {'no_clips'}


def test_what_is_planted_is_found(kit, file, plant):
    kind, function, count = plant
    data = kit.sound_data()
    function(data, data['annotations'][4])
    health = kit.look(data, file)
    assert sum(found.count for found in health.findings[kind]) == count
    if KINDS[kind].severity == Severity.NOTE:
        assert not kit.serious(health)
    else:  # and nothing that it is not
        assert kit.serious(health) == {kind}
    assert kit.has_error(health) == (not kit.loads(file))


def test_one_joint_far_away_makes_no_pixels(kit, file):
    data = kit.sound_data()
    for clip in data['annotations']:  # metres, 1.2 of them in depth
        xy, depth = clip['keypoint'] / 400, clip.pop('keypoint_score')
        clip['keypoint'] = np.concatenate((xy, depth[..., None]), -1)
        del clip['img_shape']
    data['annotations'][3]['keypoint'][0, 2, 5, 0] = 70
    assert 'score_as_third' not in kit.look(data, file).findings


@pytest.mark.parametrize('highest', [0.9, 1.4])
@pytest.mark.parametrize('deep', [0, 1])
def test_a_third_number_is_a_score_in_all_clips_or_none(
    kit, file, highest, deep
):
    data = kit.sound_data()
    for clip in data['annotations']:
        score = clip.pop('keypoint_score')[..., None] * np.float16(highest)
        clip['keypoint'] = np.concatenate((clip['keypoint'], score), -1)
    for clip in data['annotations'][:deep]:  # somebody stands farther away
        clip['keypoint'][..., 2] += 3
    health = kit.look(data, file)
    found = health.findings.get('score_as_third', [])
    assert len(found) == (0 if deep else 12)
    assert deep or 'way_up' not in health.findings  # of no bodies in space
    mended = mend(health)
    assert not mended.changes if deep else len(mended.changes) == 12
    assert len(mended.content['annotations']) == 12


def test_one_clip_in_space_tells_no_way_up(kit, file):
    data = kit.sound_data()
    lying = kit.sound_data()
    dict((kind, plant) for kind, plant, _ in kit.plants)['way_up'](lying, None)
    data['annotations'][0] = lying['annotations'][0]
    findings = kit.look(data, file).findings
    assert 'mixed_coordinates' in findings and 'way_up' not in findings
    (found,) = kit.look(lying, file).findings['way_up']
    assert "up='z'" in found.why and found.clip is None


def test_the_clip_is_named(kit, file):
    data = kit.sound_data()
    for number in (2, 5):
        data['annotations'][number]['keypoint'][:, :, 0] = np.nan
    (first, second) = kit.look(data, file).findings['non_finite']
    assert (first.clip, second.clip) == ('c02', 'c05')
    persons, frames = data['annotations'][2]['keypoint'].shape[:2]
    assert first.why == f'{persons * frames} of {persons * frames * 17} joints'


def test_all_faults_are_found_at_once(kit, file):
    data = kit.sound_data(24)
    planted = {}
    chosen = ['keypoint', 'joints', 'label', 'img_shape', 'all_nan', 'huge']
    chosen += ['wrong_scores', 'constant', 'unknown_ids', 'repeated_name']
    plants = {kind: (function, n) for kind, function, n in kit.plants}
    for number, kind in enumerate(chosen):
        function, planted[kind] = plants[kind]
        function(data, data['annotations'][number + 3])
    health = kit.look(data, file)
    found = {kind: len(health.findings[kind]) for kind in kit.serious(health)}
    assert found == planted


def test_several_faults_of_one_clip(kit, file):
    data = kit.sound_data()
    data['annotations'][1].update(label=-3, img_shape=(1,), total_frames=0)
    health = kit.look(data, file)
    assert kit.serious(health) == {'label', 'img_shape', 'total_frames'}


def test_labels_against_the_number_of_classes(kit, file):
    data = kit.sound_data()
    assert len(kit.look(data, file, 2).findings['label']) == 4
    assert not kit.loads(file, 2)
    data['classes'] = ['a', 'b']  # the file says so itself
    assert len(kit.look(data, file).findings['label']) == 4
    assert not kit.serious(kit.look(data, file, 3))
    with pytest.raises(ValueError, match='num_classes must be at least 1'):
        kit.look(data, file, 0)


@pytest.mark.parametrize(
    'split',
    [
        {'a': 'ab'},
        {'a': ('c01', 'c02')},
        {'a': {'c01': 1}},
        {'a': {'c01'}},
        {'a': np.array(['c01', 'c02'])},
        {'a': np.array(['c01', 'c99'])},
        {'a': np.array([['c01']])},
        {'a': np.array('c01')},
        {'a': 5},
        {'a': b'c01'},
        {'a': [10**5000]},
        {('a', 1): ['c01']},
        {None: ['c01']},
        {1: 5},
        {'': ['c01']},
    ],
)
def test_splits_of_any_kind(kit, file, split):
    data = dict(kit.sound_data(), split=split)
    assert kit.has_error(kit.look(data, file)) == (not kit.loads(file))


@pytest.mark.parametrize('data', [[], dict(split={}, annotations=[])])
def test_a_file_without_clips(kit, file, data):
    assert [*kit.look(data, file).findings] == ['no_clips']
    assert not kit.loads(file)


def test_lists_without_splits(kit, file):
    data = kit.sound_data()['annotations']
    assert not kit.look(data, file).findings
    data[5]['keypoint'] = data[2]['keypoint'][..., :1]
    assert kit.serious(kit.look(data, file)) == {'coordinates'}


@pytest.mark.parametrize('name', SETS)
def test_made_sets_have_no_error(made_data, name):
    path = made_data(name, 48)
    health = examine(open_source(path, set_layout(name)))
    assert health.worst() != Severity.ERROR
    # Nobody was found in one clip, as happens with the paper's sets.
    papers = name.startswith(('ntu', 'finegym', 'diving48'))
    nobody = {'nobody'} if papers else set()
    warnings = {
        kind
        for kind in health.findings
        if KINDS[kind].severity == Severity.WARNING
    }
    assert warnings - {'unseen_class'} == nobody
    if name != 'toy':  # in which a joint may well be out of the picture
        assert 'torn' not in health.findings


def test_a_packed_store_gives_the_same(kit, file, tmp_path):
    data = kit.sound_data()
    for kind, function, _ in kit.plants:
        if kind in ('constant', 'wrong_scores', 'one_frame', 'jumps'):
            number = dict(constant=1, wrong_scores=2, one_frame=3, jumps=5)
            function(data, data['annotations'][number[kind]])
    pickled = kit.look(data, file)
    pack(file, tmp_path / 'store', 'coco')
    packed = examine(open_source(tmp_path / 'store', 'coco'))
    assert packed.findings == pickled.findings
    assert packed.splits == pickled.splits


def test_nothing_is_changed_by_looking(kit, file):
    data = kit.sound_data()
    for _, function, _ in kit.plants[-5:]:
        function(data, data['annotations'][4])
    source = open_source(kit.look(data, file).source.path, 'coco')
    before = copy.deepcopy(source.annotations)
    examine(source)
    for old, new in zip(before, source.annotations, strict=True):
        assert old.keys() == new.keys()
        for key, value in old.items():
            np.testing.assert_array_equal(value, new[key])


def test_the_number_of_clips_is_tracked(kit, file):
    kit.look(kit.sound_data(), file)
    seen = []
    examine(
        open_source(file, 'coco'), lambda items: seen.extend(items) or seen
    )
    assert seen == [*range(12)]
