"""Nobody is on both sides, and no clip of the test is in the file."""

from pathlib import Path

import pytest

from skeletonmae_plugin.datasets.reading import read_annotations
from skeletonmae_plugin.datasets.safe_pickle import load_pickle
from skeletonmae_plugin.datasets.subsets import read_ids
from skeletonmae_plugin.skeleton_pickle import write_dataset
from skeletonmae_plugin.study.dev_split import (
    DEV_TEST,
    DEV_TRAIN,
    WHO,
    held_out,
    who_is_seen,
    write_dev,
)
from skeletonmae_plugin.study.sets import SETS, read_set

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'
VARIABLES = dict(
    nwucla='NWUCLA_3D',
    jhmdb='JHMDB_2D',
    routine16='ROUTINE16_2D',
    sbu='SBU_3D',
    toy='TOY_2D',
)


@pytest.mark.parametrize('name', SETS)
def test_sides_have_nobody_in_common(name, made_data, monkeypatch, tmp_path):
    file = made_data(name, 200)
    monkeypatch.setenv(VARIABLES[name], str(file))
    facts = read_set(name, CONFIGS)
    path = write_dev(facts, tmp_path)
    made, whole = (read_annotations(p, str(p)) for p in (path, file))
    train, test = sides = [
        set(made.splits[part]) for part in (DEV_TRAIN, DEV_TEST)
    ]
    assert train and test and not train & test
    assert train | test == set(whole.splits[facts.train_split])
    assert set(made.clips) == train | test
    if name in WHO:
        people = [{who_is_seen(name, c) for c in side} for side in sides]
        assert not people[0] & people[1]
    elif name == 'routine16':
        assert {c[0] for c in test} == {'2'} and {c[0] for c in train} == {'1'}
    labels = [{made.clips[n]['label'] for n in c} for c in (train, test)]
    assert labels[1] <= labels[0]
    for clip in made.clips:
        assert (
            made.clips[clip]['keypoint'] == whole.clips[clip]['keypoint']
        ).all()
    assert set(read_ids(tmp_path / f'{name}_dev_test.txt')) == test
    again = path.read_bytes()
    assert write_dev(facts, tmp_path).read_bytes() == again


def test_three_persons_of_nwucla():
    ids = [f'a01_s{who:02d}_e00_v01' for who in range(1, 11)]
    assert held_out('nwucla', ids, []) == [ids[2], ids[6], ids[9]]


def test_a_pair_is_one_whoever_is_named_first():
    ids = ['s01s03_a01_001', 's03s01_a02_001', 's02s04_a01_001']
    ids += ['s05s04_a01_001', 's06s07_a01_001']
    assert held_out('sbu', ids, []) == [*ids[:2], ids[4]]


def test_whole_sessions_of_routine16():
    ids = ['120901A1', '220902A2', '2209A9', 'QQ20231203135323A16', 'A1']
    ids += ['QQ20231203135637A1', 'QQ20231203140343A1', '1230A2']
    away = ['220902A2', '2209A9', 'QQ20231203135637A1', 'QQ20231203140343A1']
    assert held_out('routine16', ids, []) == away


def test_only_the_own_training_of_jhmdb_is_held_out():
    assert held_out('jhmdb', ['a', 'b'], ['b', 'c']) == ['b']


@pytest.mark.parametrize('name', ['routine16', 'nwucla'])
def test_a_file_that_does_not_tell_is_refused(
    name, made_data, monkeypatch, tmp_path
):
    content = load_pickle(made_data(name, 48))
    rename = {
        clip['frame_dir']: f'a01_s99_{place:03d}'
        for place, clip in enumerate(content['annotations'])
    }
    for clip in content['annotations']:
        clip['frame_dir'] = rename[clip['frame_dir']]
    content['split'] = {
        split: [rename[clip] for clip in names]
        for split, names in content['split'].items()
    }
    file = tmp_path / 'renamed.pkl'
    write_dataset(content, file)
    monkeypatch.setenv(VARIABLES[name], str(file))
    with pytest.raises(ValueError, match=r'renamed.pkl: 0 of the \d+ clips'):
        write_dev(read_set(name, CONFIGS), tmp_path / 'out')
    assert not (tmp_path / 'out').exists()


@pytest.mark.parametrize('split, later', [(1, 2), (2, 3), (3, 1)])
def test_what_the_next_split_of_jhmdb_tests(
    split, later, made_data, monkeypatch, tmp_path
):
    file = made_data('jhmdb', 200)
    monkeypatch.setenv('JHMDB_2D', str(file))
    monkeypatch.setenv('JHMDB_SPLIT', str(split))
    path = write_dev(read_set('jhmdb', CONFIGS), tmp_path)
    splits = read_annotations(file, str(file)).splits
    made = read_annotations(path, str(path)).splits
    both = set(splits[f'train{split}']) & set(splits[f'test{later}'])
    assert set(made[DEV_TEST]) == both


def test_a_strange_name_is_told():
    with pytest.raises(ValueError, match="'walk_03' does not tell who"):
        who_is_seen('nwucla', 'walk_03')
