"""Nobody is on both sides, and no clip of the test is in the file."""

from pathlib import Path

import pytest

from skeletonmae_plugin.datasets.reading import read_annotations
from skeletonmae_plugin.datasets.subsets import read_ids
from skeletonmae_plugin.study.dev_split import (
    DEV_TEST,
    DEV_TRAIN,
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
    train, test = (set(made.splits[part]) for part in (DEV_TRAIN, DEV_TEST))
    assert train and test and not train & test
    assert train | test == set(whole.splits[facts.train_split])
    assert set(made.clips) == train | test
    people = [{who_is_seen(name, clip) for clip in c} for c in (train, test)]
    if name not in ('jhmdb', 'routine16'):
        assert not people[0] & people[1]
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
    assert held_out('nwucla', ids, [0] * 10) == [ids[2], ids[6], ids[9]]


def test_a_pair_is_one_whoever_is_named_first():
    ids = ['s01s03_a01_001', 's03s01_a02_001', 's02s04_a01_001']
    ids += ['s05s04_a01_001', 's06s07_a01_001']
    assert held_out('sbu', ids, [0] * 5) == [*ids[:2], ids[4]]


def test_elsewhere_a_part_of_each_class():
    ids = [f'{number:03d}' for number in range(40)]
    labels = [number // 20 for number in range(40)]
    away = held_out('jhmdb', ids, labels)
    assert [sum(int(name) // 20 == c for name in away) for c in (0, 1)] == [
        6,
        6,
    ]
    assert away == held_out('jhmdb', ids[::-1], labels[::-1])


def test_a_strange_name_is_told():
    with pytest.raises(ValueError, match="'walk_03' does not tell who"):
        who_is_seen('nwucla', 'walk_03')
