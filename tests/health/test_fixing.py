"""A file that is mended once is sound, and mending it again does nothing."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skeletonmae_plugin.datasets.packing import pack
from skeletonmae_plugin.health import examine, mend, open_source
from skeletonmae_plugin.health.kinds import KINDS, Severity


def mended_file(health, path):
    path.unlink(missing_ok=True)
    mended = mend(health)
    mended.write(path)
    return mended, examine(
        open_source(path, 'coco', health.source.num_classes)
    )


def test_what_is_planted_is_mended(kit, file, tmp_path, plant):
    kind, function, _ = plant
    data = kit.sound_data()
    function(data, data['annotations'][4])
    before = kit.look(data, file)
    mended, after = mended_file(before, tmp_path / 'out.pkl')
    assert not kit.serious(after) and kit.loads(tmp_path / 'out.pkl')
    if KINDS[kind].severity == Severity.NOTE:  # is left as it is
        assert not mended.changes
        assert [*after.findings] == [*before.findings]
    else:
        # What is done about one fault may leave others behind.
        assert mended.changes[0].finding.kind == kind
    # No clip is lost but by way of the planted one.
    kept = set(after.clips)
    lost = {clip['frame_dir'] for clip in kit.sound_data()['annotations']}
    assert lost - kept <= {'c04'} | (
        {'c00'} if kind == 'conflicting_labels' else set()
    )
    again, _ = mended_file(after, tmp_path / 'again.pkl')
    assert not again.changes
    first, second = tmp_path / 'out.pkl', tmp_path / 'again.pkl'
    assert first.read_bytes() == second.read_bytes()


#: Kind -> the clip c04 as it should be mended, beside the sound one.
REPAIRS = dict(
    axes=lambda clip: {},
    keypoint_score=lambda clip: dict(keypoint_score=None),
    total_frames=lambda clip: {},
    img_shape=lambda clip: dict(img_shape=None),
    original_shape=lambda clip: dict(original_shape=None),
    outside_image=lambda clip: dict(img_shape=None),
    label=lambda clip: dict(label=1),
)


@pytest.mark.parametrize('kind', REPAIRS)
def test_repaired_clips(kit, file, tmp_path, kind):
    plants = {}
    for found, function, _ in kit.plants:
        plants.setdefault(found, function)
    plants['label'] = lambda data, clip: clip.update(label=1.0)
    data = kit.sound_data()
    plants[kind](data, data['annotations'][4])
    mended, after = mended_file(kit.look(data, file), tmp_path / 'out.pkl')
    assert [change.finding.clip for change in mended.changes] == ['c04']
    clip = after.source.annotations[4]
    sound = kit.sound_data()['annotations'][4]
    expected = {**sound, **REPAIRS[kind](sound)}
    expected = {k: v for k, v in expected.items() if v is not None}
    assert clip.keys() == expected.keys()
    for key, value in expected.items():
        np.testing.assert_array_equal(clip[key], value)


def test_exchanged_axes_are_put_back(kit, file, tmp_path):
    data = kit.sound_data()
    clip = data['annotations'][5]
    for key in ('keypoint', 'keypoint_score'):
        clip[key] = clip[key].swapaxes(0, 1)
    mended, after = mended_file(kit.look(data, file), tmp_path / 'out.pkl')
    assert mended.changes[0].what == 'exchanged the axes of persons and frames'
    sound = kit.sound_data()['annotations'][5]
    for key in ('keypoint', 'keypoint_score'):
        found = after.source.annotations[5][key]
        np.testing.assert_array_equal(found, sound[key])


@pytest.mark.parametrize('depth', [None, 0.0])
def test_a_score_goes_where_scores_are(kit, file, tmp_path, depth):
    data, sound = kit.sound_data(), kit.sound_data()['annotations'][4]
    for clip in data['annotations']:
        third = clip['keypoint_score'][..., None]
        if depth is None:
            del clip['keypoint_score']
        else:  # a flat body, which has a score beside
            third = np.full_like(third, depth)
        clip['keypoint'] = np.concatenate((clip['keypoint'], third), -1)
    _, after = mended_file(kit.look(data, file), tmp_path / 'out.pkl')
    found = after.source.annotations[4]
    for key in ('keypoint', 'keypoint_score'):
        np.testing.assert_array_equal(found[key], sound[key])


def test_what_is_wrong_behind_a_score_is_mended_too(kit, file, tmp_path):
    data = kit.sound_data()
    kit.score_as_third(data, data['annotations'][4])
    data['annotations'][4]['img_shape'] = (90, 90)
    still = data['annotations'][6]['keypoint']
    still[..., :2] = still[:, :1, :, :2]
    _, after = mended_file(kit.look(data, file), tmp_path / 'out.pkl')
    assert 'img_shape' not in after.clips and not kit.serious(after)
    assert 'c04' in after.clips and 'c06' not in after.clips
    assert 'img_shape' not in after.source.annotations[4]


def test_an_image_on_its_side_is_turned(kit, file, tmp_path):
    data = kit.sound_data()
    clip = data['annotations'][4]
    clip['keypoint'] = clip['keypoint'] + np.float16([250, 0])
    clip['img_shape'] = (800, 500)
    _, after = mended_file(kit.look(data, file), tmp_path / 'out.pkl')
    assert after.source.annotations[4]['img_shape'] == (500, 800)


def test_joints_without_a_place_become_missing(kit, file, tmp_path):
    data = kit.sound_data()
    clip = data['annotations'][4]
    clip['keypoint'] = clip['keypoint'].astype(np.float32)
    clip['keypoint'][0, 1, 2, 0] = np.nan
    clip['keypoint'][0, 2, 3] = 1e8
    clip['keypoint_score'][0, 3, 4] = np.nan
    clip['keypoint_score'][0, 4, 5] = 2.5
    mended, after = mended_file(kit.look(data, file), tmp_path / 'out.pkl')
    kinds = [change.finding.kind for change in mended.changes]
    assert kinds == ['non_finite', 'wrong_scores']
    found = after.source.annotations[4]
    lost = np.zeros(found['keypoint_score'].shape, bool)
    lost[0, [1, 2, 3], [2, 3, 4]] = True
    assert not found['keypoint'][lost].any()
    assert not found['keypoint_score'][lost].any()
    np.testing.assert_array_equal(
        found['keypoint'][~lost], clip['keypoint'][~lost]
    )
    assert found['keypoint'].dtype == np.float32
    assert found['keypoint_score'][0, 4, 5] == 1


def test_leaks_leave_the_training_split(kit, file, tmp_path):
    data = kit.sound_data()
    data['split']['sub_train'] += ['c09']
    data['split']['cam_train'] = ['c09', 'c10', 'c11']  # another protocol
    data['split']['cam_val'] = ['c00', 'c01', 'c02']
    twin = data['annotations'][1]
    other = data['annotations'][10]
    twin.update(
        {k: other[k] for k in ('keypoint', 'keypoint_score', 'total_frames')}
    )
    mended, after = mended_file(kit.look(data, file), tmp_path / 'out.pkl')
    gone = {(c.finding.clip, c.finding.split) for c in mended.changes}
    assert gone == {
        ('c09', 'sub_train'),
        ('c01', 'sub_train'),
        ('c10', 'cam_train'),
        ('c01', 'cam_val'),  # whose class has lost its last training clip
    }
    assert after.splits['sub_val'] == ['c09', 'c10', 'c11']
    assert len(after.clips) == 12


def test_folds_that_are_numbered_get_a_name(kit, file, tmp_path):
    data = kit.sound_data()
    data['split'] = {1: ['c01', 'gone'], 2: ['c02'], '2': ['c03'], -1: []}
    _, after = mended_file(kit.look(data, file), tmp_path / 'out.pkl')
    assert after.splits == {'1': ['c01'], '2': ['c03']}


def test_a_dropped_clip_leaves_all_splits_at_once(kit, file):
    data = kit.sound_data()
    data['split']['all'] = [c['frame_dir'] for c in data['annotations']]
    data['annotations'][4]['keypoint'] = None
    mended = mend(kit.look(data, file))
    assert len(mended.changes) == 1
    assert all(
        'c04' not in names for names in mended.content['split'].values()
    )


def test_what_else_the_file_has_is_kept(kit, file, tmp_path):
    data = dict(
        kit.sound_data(), classes=['a', 'b', 'c'], source={'from': [1, 2.5]}
    )
    data['annotations'][3]['valid'] = {0.5: 3}
    data['annotations'][2]['keypoint'] = None
    _, after = mended_file(kit.look(data, file), tmp_path / 'out.pkl')
    assert after.source.rest == {'source': {'from': [1, 2.5]}}
    assert after.source.classes == ('a', 'b', 'c')
    assert after.source.annotations[2]['valid'] == {0.5: 3}


def test_the_clips_that_were_read_stay_as_they_are(kit, file):
    data = kit.sound_data()
    for number, (_, function, _) in zip(
        range(8), kit.plants[30:], strict=False
    ):
        function(data, data['annotations'][number])
    health = kit.look(data, file)
    before = copy.deepcopy(health.source.annotations)
    mend(health)
    for old, new in zip(before, health.source.annotations, strict=True):
        np.testing.assert_equal(old, new)


def test_nothing_is_written_without_a_clip(kit, file):
    data = kit.sound_data()
    for clip in data['annotations']:
        clip['keypoint'] = clip['keypoint'][:, :, :15]
    with pytest.raises(ValueError, match="'joints'.*layout 'coco'"):
        mend(kit.look(data, file))
    with pytest.raises(ValueError, match='no clip in the file'):
        mend(kit.look([], file))


def test_nothing_is_overwritten(kit, file, tmp_path):
    mended = mend(kit.look(kit.sound_data(), file))
    before = file.read_bytes()
    link = tmp_path / 'link.pkl'
    link.symlink_to(tmp_path / 'nowhere')
    for path in (file, link):
        with pytest.raises(FileExistsError, match='nothing is overwritten'):
            mended.write(path)
    assert file.read_bytes() == before
    mended.write(tmp_path / 'deep' / 'out.pkl')
    assert pickle.loads((tmp_path / 'deep' / 'out.pkl').read_bytes())


def test_a_packed_store_is_mended_into_a_pickle(kit, file, tmp_path):
    data = kit.sound_data()
    data['annotations'][4]['keypoint'][:] = 0
    kit.look(data, file)
    pack(file, tmp_path / 'store', 'coco')
    health = examine(open_source(tmp_path / 'store', 'coco'))
    mended, after = mended_file(health, tmp_path / 'out.pkl')
    assert [c.finding.kind for c in mended.changes] == ['nobody']
    assert len(after.clips) == 11 and not kit.serious(after)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_any_mixture_of_faults(kit, tmp_path_factory, data):
    """Agreement with the loader, clean after one mending, idempotent."""
    content = kit.sound_data()
    chosen = data.draw(
        st.lists(
            st.tuples(st.integers(0, len(kit.plants) - 1), st.integers(0, 11)),
            max_size=6,
        ),
        'faults and clips',
    )
    for number, clip in chosen:
        with np.errstate(all='ignore'):
            try:  # some cannot be planted where others are already
                kit.plants[number][1](content, content['annotations'][clip])
            except (AttributeError, LookupError, TypeError, ValueError):
                continue
    folder = tmp_path_factory.mktemp('mixture')
    path, out = folder / 'in.pkl', folder / 'out.pkl'
    classes = data.draw(st.sampled_from([None, 3]), 'num_classes')
    health = kit.look(content, path, classes)
    assert kit.has_error(health) == (not kit.loads(path, classes))
    _, after = mended_file(health, out)
    assert not kit.serious(after) and kit.loads(out, classes)
    again = mend(after)
    assert not again.changes
    again.write(folder / 'again.pkl')
    assert (folder / 'again.pkl').read_bytes() == out.read_bytes()
